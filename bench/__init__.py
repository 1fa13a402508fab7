"""How fast, how large: measurements of Golden Thread beside yardsticks on the same machine.

Law: for development only; nothing that runs imports it, and no figure makes a test fail.
"""
