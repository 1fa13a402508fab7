"""Files of figures taken in: a partnership's own table, and the forms in which bodies publish."""
