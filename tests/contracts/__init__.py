"""The rules of contracts and pooled funds, and their doors."""
