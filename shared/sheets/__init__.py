"""Tables that people upload, read row by row, whatever service they are for."""
