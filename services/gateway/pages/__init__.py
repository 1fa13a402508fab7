"""Pages for people, rendered here: they show what the API answers to the person who looks."""
