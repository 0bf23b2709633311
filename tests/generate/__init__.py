"""Makes stack traces in every interpreter on the machine, with the truth about each, independent of our parser."""
