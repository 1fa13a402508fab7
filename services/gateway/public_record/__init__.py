"""The public record: what was published about each contracting process, in the words of OCDS."""
