"""How well commissioners used the process in a year, and the yearly evaluation of the process."""
