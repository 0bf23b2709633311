"""What stores of logs, cloud services and CI systems hand out: one traceback in each shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

LINES = (
    "2026-11-01 10:00:00,003 ERROR shop.orders order failed",
    "Traceback (most recent call last):",
    '  File "/srv/app/shop/orders.py", line 42, in run',
    "    total = prices[sku]",
    "            ~~~~~~^^^^^",
    "KeyError: 'sku-7'",
    "2026-11-01 10:00:01,003 INFO shop.orders next order",
)
TRACE = "\n".join(LINES[1:6])
TIME = "2026-11-01T10:00:00.123Z"
SECONDS = 1793527200
Record = dict[str, Any]

SHAPES: dict[str, Callable[[], str]] = {}


def shape(make: Callable[[], str]) -> Callable[[], str]:
    SHAPES[make.__name__] = make
    return make


def jsonl(*records: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in records)


def table(names: list[str], rows: list[list[str]], **about: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **about).writerows([names, *rows])
    return out.getvalue()


def iso(number: int) -> str:
    return f"2026-11-01T10:00:00.{number:03}Z"


# Loki, Grafana


def loki(values: list[list[str]]) -> Record:
    other = [[f"{SECONDS}000000{number:03}", f"GET /{number} 200"] for number in range(5)]
    if values[0][0] > values[-1][0]:
        other.reverse()
    streams = [{"stream": {"app": "proxy"}, "values": other}, {"stream": {"app": "web"}, "values": values}]
    return {
        "status": "success",
        "data": {"resultType": "streams", "result": streams, "stats": {"summary": {}}},
    }


@shape
def loki_forward() -> str:
    return json.dumps(loki([[f"{SECONDS}000000{number:03}", line] for number, line in enumerate(LINES)]))


@shape
def loki_backward_pretty() -> str:
    values = [[f"{SECONDS}000000{number:03}", line] for number, line in enumerate(LINES)][::-1]
    return json.dumps(loki(values), indent=2)


@shape
def logcli_jsonl_backward() -> str:
    records = [
        {"labels": {"app": "web"}, "line": line, "timestamp": iso(number)}
        for number, line in enumerate(LINES)
    ]
    return jsonl(*reversed(records))


@shape
def logcli_default_backward() -> str:
    return "".join(
        f'{iso(number)} {{app="web"}} {line}\n' for number, line in reversed(list(enumerate(LINES)))
    )


@shape
def grafana_csv_newest_first() -> str:
    rows = [
        [f"{SECONDS}{number:03}", "2026-11-01 10:00:00", line, f"{SECONDS}000000{number:03}"]
        for number, line in enumerate(LINES)
    ]
    return table(["Time", "Date", "Line", "tsNs"], rows[::-1])


# Elasticsearch, Kibana, OpenSearch


def hit(number: int, line: str) -> Record:
    source = {"@timestamp": iso(number), "host": {"name": "web-1"}, "message": line}
    return {"_index": "logs-1", "_id": f"x{number}z", "_score": None, "_source": source, "sort": [number]}


def search(hits: list[Record]) -> Record:
    return {"took": 3, "timed_out": False, "hits": {"total": {"value": 7, "relation": "eq"}, "hits": hits}}


@shape
def elasticsearch_lines() -> str:
    return json.dumps(search([hit(number, line) for number, line in enumerate(LINES)]))


@shape
def elasticsearch_newest_first_pretty() -> str:
    return json.dumps(search([hit(number, line) for number, line in enumerate(LINES)][::-1]), indent=1)


@shape
def elasticsearch_events() -> str:
    return json.dumps(search([hit(9, "quiet"), hit(1, f"order failed\n{TRACE}")]), indent=2)


@shape
def kibana_csv() -> str:
    rows = [["Nov 1, 2026 @ 10:00:00.123", "web-1", f"order failed\n{TRACE}"], ["-", "web-1", "quiet"]]
    return table(["@timestamp", "host.name", "message"], rows)


# AWS


@shape
def cloudwatch_filter_log_events() -> str:
    events = [
        {
            "logStreamName": "web/1",
            "timestamp": SECONDS * 1000 + number,
            "message": line,
            "ingestionTime": 1,
            "eventId": str(number),
        }
        for number, line in enumerate(LINES)
    ]
    return json.dumps({"events": events, "searchedLogStreams": []}, indent=4)


@shape
def cloudwatch_get_log_events() -> str:
    events = [{"timestamp": SECONDS * 1000, "message": TRACE + "\n", "ingestionTime": SECONDS * 1000 + 9}]
    return json.dumps({"events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}, indent=4)


@shape
def cloudwatch_insights_json() -> str:
    rows = [
        [
            {"field": "@timestamp", "value": f"2026-11-01 10:00:00.{number:03}"},
            {"field": "@message", "value": line},
            {"field": "@ptr", "value": f"p{number}"},
        ]
        for number, line in enumerate(LINES)
    ]
    return json.dumps({"results": rows, "status": "Complete"}, indent=4)


@shape
def cloudwatch_insights_csv() -> str:
    return table(["@timestamp", "@message"], [["2026-11-01 10:00:00.123", f"order failed\n{TRACE}"]])


@shape
def cloudwatch_console_csv_lines() -> str:
    return table(
        ["timestamp", "message"], [[str(SECONDS * 1000 + number), line] for number, line in enumerate(LINES)]
    )


@shape
def cloudwatch_subscription() -> str:
    batches = [
        {
            "messageType": "DATA_MESSAGE",
            "logGroup": "/shop",
            "logStream": stream,
            "logEvents": [
                {"id": f"{number}", "timestamp": SECONDS * 1000, "message": line}
                for number, line in enumerate(lines)
            ],
        }
        for stream, lines in (("web/1", LINES), ("web/2", ["quiet", "still quiet"]))
    ]
    return jsonl(*batches)


@shape
def aws_logs_tail_of_two_streams() -> str:
    lines = []
    for number, line in enumerate(LINES):
        lines += [
            f"2026-11-01T10:00:00.{number:03}000+00:00 web/1 {line}",
            f"2026-11-01T10:00:00.{number:03}000+00:00 web/2 GET /{number}",
        ]
    return "\n".join(lines) + "\n"


# Google Cloud, Azure


def entry(number: int, payload: Record) -> Record:
    labels = {"pod_name": "web-1", "container_name": "app"}
    return {
        "insertId": f"i{number}q",
        "logName": "projects/p/logs/stderr",
        "receiveTimestamp": "2026-11-01T10:00:05Z",
        "resource": {"labels": labels, "type": "k8s_container"},
        "severity": "ERROR",
        "timestamp": iso(number),
        **payload,
    }


@shape
def gcloud_json_newest_first() -> str:
    return json.dumps(
        [entry(number, {"textPayload": line}) for number, line in enumerate(LINES)][::-1], indent=2
    )


@shape
def gcloud_yaml() -> str:
    text = "\n".join(f"  {line}" for line in TRACE.split("\n"))
    return (
        "---\ninsertId: a1\nlogName: projects/p/logs/stderr\nresource:\n  labels:\n    pod_name: web-1\n  type: k8s_container\n"
        f"severity: ERROR\ntextPayload: |-\n{text}\ntimestamp: '{TIME}'\n"
        "---\ninsertId: a2\ntextPayload: quiet\ntimestamp: '2026-11-01T11:00:00Z'\n"
    )


@shape
def gcloud_yaml_quoted() -> str:
    text = json.dumps(TRACE)
    return f"---\ninsertId: a1\nseverity: ERROR\ntextPayload: {text}\ntimestamp: '{TIME}'\n---\ninsertId: a2\ntextPayload: quiet\n"


@shape
def gcloud_csv() -> str:
    return table(["timestamp", "severity", "textPayload"], [[TIME, "ERROR", TRACE]])


@shape
def azure_log_analytics_csv() -> str:
    return table(
        ["TimeGenerated [UTC]", "ContainerName", "LogMessage"], [["11/1/2026, 10:00:00.123 AM", "web", TRACE]]
    )


# Others


@shape
def datadog_csv() -> str:
    return table(
        ["Date", "Host", "Service", "Message"], [[TIME, "web-1", "shop", TRACE]], quoting=csv.QUOTE_ALL
    )


@shape
def datadog_api() -> str:
    data = [
        {
            "id": "A1",
            "type": "log",
            "attributes": {"timestamp": TIME, "host": "web-1", "message": TRACE, "tags": ["env:p"]},
        }
    ]
    return json.dumps({"data": data, "meta": {"page": {}}})


@shape
def splunk_json_lines() -> str:
    return jsonl(
        *(
            {
                "preview": False,
                "offset": number,
                "result": {"_raw": line, "_time": f"2026-11-01T10:00:00.{number:03}+00:00", "host": "w"},
            }
            for number, line in enumerate(LINES)
        )
    )


@shape
def splunk_csv() -> str:
    return table(
        ["_raw", "_time", "host"], [[TRACE, "2026-11-01T10:00:00.123+0000", "web-1"]], quoting=csv.QUOTE_ALL
    )


@shape
def graylog_csv() -> str:
    return table(["timestamp", "source", "message"], [[TIME, "web-1", TRACE]], quoting=csv.QUOTE_ALL)


@shape
def graylog_search_json() -> str:
    message = {"message": TRACE, "timestamp": TIME, "source": "web-1", "_id": "a1"}
    return json.dumps({"messages": [{"index": "graylog_1", "message": message}], "total_results": 1})


@shape
def papertrail_json() -> str:
    events = [
        {
            "id": str(number),
            "received_at": f"2026-11-01T10:00:00.{number}Z",
            "program": "web",
            "message": line,
        }
        for number, line in enumerate(LINES)
    ]
    return json.dumps({"events": events, "reached_beginning": True})


@shape
def sumo_messages() -> str:
    messages = [{"map": {"_raw": TRACE, "_messagetime": str(SECONDS * 1000), "_sourcehost": "web-1"}}]
    return json.dumps({"fields": [{"name": "_raw", "fieldType": "string"}], "messages": messages})


@shape
def kubectl_events_list() -> str:
    items = [
        {
            "kind": "Event",
            "lastTimestamp": "2026-11-01T10:00:00Z",
            "message": TRACE,
            "metadata": {"name": "web.1"},
        }
    ]
    return json.dumps({"apiVersion": "v1", "items": items, "kind": "List"}, indent=4)


@shape
def journal_json_pretty() -> str:
    entries = [
        {
            "__REALTIME_TIMESTAMP": f"{SECONDS}{number:06}",
            "_PID": "7",
            "SYSLOG_IDENTIFIER": "web",
            "MESSAGE": line,
        }
        for number, line in enumerate(LINES)
    ]
    return "".join(json.dumps(each, indent="\t") + "\n" for each in entries)


@shape
def objects_as_jq_prints_them() -> str:
    records = [
        {"level": "error", "ts": TIME, "msg": f"order failed\n{TRACE}", "data": [{"id": 7}]},
        {"level": "info", "msg": "quiet"},
    ]
    return "".join(json.dumps(each, indent=2) + "\n" for each in records)


@shape
def tab_separated_lines() -> str:
    return table(
        ["time", "host", "line"],
        [[iso(number), "web-1", line] for number, line in enumerate(LINES)],
        delimiter="\t",
    )


@shape
def semicolons_with_windows_line_ends() -> str:
    return table(["Timestamp", "Message"], [[TIME, TRACE]], delimiter=";", lineterminator="\r\n")


@shape
def junit_xml() -> str:
    text = TRACE.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<testsuites><testsuite name="shop" errors="1" tests="2" '
        'timestamp="2026-11-01T10:00:00.123">\n<testcase classname="shop.Orders" name="test_run" time="0.2">'
        f'<error type="KeyError" message="KeyError: \'sku-7\'">{text}\n</error></testcase>\n'
        '<testcase classname="shop.Orders" name="test_ok" time="0.1"/>\n</testsuite></testsuites>\n'
    )


@shape
def junit_xml_with_cdata_and_output() -> str:
    return (
        '<testsuite name="shop" timestamp="2026-11-01T10:00:00">\n  <testcase classname="a" name="b">\n'
        '    <failure message="failed" type="KeyError">\n<![CDATA[' + TRACE + "\n]]>    </failure>\n"
        "    <system-out><![CDATA[a < b & c]]></system-out>\n  </testcase>\n</testsuite>\n"
    )
