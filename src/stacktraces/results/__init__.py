"""What a scan found, as a sum: results of parts add up to the result of the whole, in any order."""
