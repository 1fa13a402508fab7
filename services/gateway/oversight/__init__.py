"""One report of all jointly funded work, and a lead commissioner's view of its contracts."""
