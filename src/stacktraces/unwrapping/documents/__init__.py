"""Documents that hold log records, as stores hand them out: JSON arrays and answers, tables, XML and YAML.

Their records are made lines of JSON, which are then read as any log is. The way back to the place in the document
is kept.
"""
