"""What the law of a day asks of a contract, duty by duty, each with its section and its clock."""
