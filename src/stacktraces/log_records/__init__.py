"""What starts a log record, and its time, level and logger; nothing here knows a language."""
