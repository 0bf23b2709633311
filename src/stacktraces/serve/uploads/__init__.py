"""Upload and look: a text that somebody gives becomes a page with an address that cannot be guessed.

The text is read by the commands that a person would run, in processes of their own with limits on time
and memory: what a hostile text can reach ends with its process, and the event loop never waits for a parser.
"""
