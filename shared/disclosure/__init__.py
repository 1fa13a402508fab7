"""What of a return's figures leaves for someone without the right to the true ones.

Law: nothing here waits, looks anything up or takes a chance; the same figures leave alike at
every edge. Why it holds is in docs/disclosure.md.
"""
