"""Do: agree, pay, end; and the pooled funds the money comes from."""
