"""Makes stack traces in every interpreter on the machine, with the truth about each; uses no parser of ours."""
