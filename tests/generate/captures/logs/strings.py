"""A traceback as a value, in the ways that programs write values: strings.py WAY."""

import csv
import html
import io
import json
import logging
import pprint
import sys
import traceback
import xml.etree.ElementTree as xml

import yaml
from shop import main

try:
    main()
except ValueError as error:
    text = traceback.format_exc()
    lines = text.splitlines()
    frames = [
        {"file": each.filename, "line": each.lineno, "function": each.name}
        for each in traceback.extract_tb(error.__traceback__)
    ]
    caught = error
record = {"level": "error", "task": {"id": 7, "result": {"status": "failed", "exc": text}}, "worker": "w-3"}
way = sys.argv[1]
if way == "json-deep":
    print(json.dumps({"level": "info", "message": "start"}))
    print(json.dumps(record))
elif way == "json-pretty":
    print(json.dumps(record, indent=2))
elif way == "json-lines":
    print(json.dumps({"level": "error", "traceback": lines}))
elif way == "json-twice":
    print(json.dumps({"time": "2026-03-01T12:00:00Z", "log": json.dumps(record)}))
elif way == "json-thrice":
    print(json.dumps({"stream": "stderr", "log": json.dumps({"message": json.dumps(record)})}))
elif way == "repr":
    print("task failed:", record)
elif way == "pprint":
    pprint.pprint(record)
elif way == "repr-lines":
    print(traceback.format_exception(caught))
elif way == "yaml":
    print(yaml.safe_dump(record))
elif way == "yaml-block":
    yaml.add_representer(str, lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:str", value, style="|" if "\n" in value else None))  # fmt: skip
    print(yaml.dump(record))
elif way == "xml":
    root = xml.Element("report")
    xml.SubElement(root, "failure", message=str(caught)).text = text
    print(xml.tostring(root).decode())
elif way == "html":
    print(f"<html><body><h1>Error</h1><pre>{html.escape(text)}</pre></body></html>")
elif way == "csv":
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time", "level", "text"])
    writer.writerow(["2026-03-01T12:00:00Z", "info", "start"])
    writer.writerow(["2026-03-01T12:00:01Z", "error", text])
    writer.writerow(["2026-03-01T12:00:02Z", "info", "end"])
    print(out.getvalue(), end="")
elif way == "one-line-n":
    print("2026-03-01 12:00:00,000 ERROR shop:", text.replace("\n", "\\n"))
elif way == "one-line-blanks":
    print("2026-03-01 12:00:00,000 ERROR shop:", " ".join(text.split()))
elif way == "one-line-cr":
    print("2026-03-01 12:00:00,000 ERROR shop:", text.replace("\n", "\r"))
elif way == "logfmt":
    print(f"time=2026-03-01T12:00:00Z level=error msg=failed exc={json.dumps(text)}")
elif way == "lambda":
    sys.argv[1:] = []
    logging.error(json.dumps({"errorMessage": str(caught), "errorType": "ValueError",
        "stackTrace": traceback.format_tb(caught.__traceback__)}))  # fmt: skip
elif way == "frames":
    print(json.dumps({"exception": {"type": "ValueError", "value": str(caught), "stacktrace": {"frames": frames}}}))
