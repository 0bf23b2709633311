"""What programs that talk to language models are given: read-only questions about logs and snapshots.

Text of a log may hold sentences that are meant for the model that reads them. So all of it stands under the
one key ``from_log``, apart from what we say, with a note beside it; control characters are escaped.
"""
