"""Pictures of figures, drawn as SVG. Pure: what is drawn is decided by what is given."""
