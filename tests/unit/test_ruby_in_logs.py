"""Errors of Ruby in logs that wrap them: on one line, and in records of its Logger."""

from __future__ import annotations

from pathlib import Path

from stacktraces.model import Group
from stacktraces.scanning import group

LOGSTASH = (
    "[2024-03-11T10:22:33,123][ERROR][logstash.filters.ruby ][main] Ruby exception occurred: undefined method"
    ' `[]\' for nil:NilClass {:class=>"NoMethodError", :backtrace=>["(ruby filter code):5:in `block in'
    ' filter_method\'", "/usr/share/logstash/lib/filters/ruby.rb:96:in `inline_script\'"]}\n'
)
FAILED_JOB = """\
I, [2024-03-11T10:22:30.000001 #1]  INFO -- : started
E, [2024-03-11T10:22:33.123456 #1] ERROR -- : Error performing OrderJob in 5.33ms: KeyError (no plum):
/srv/app/jobs/order_job.rb:5:in `perform'
/srv/gems/activejob-7.0.4/lib/active_job/execution.rb:59:in `block in _perform_job'
"""


def groups(folder: Path, text: str) -> list[Group]:
    file = folder / "app.log"
    file.write_text(text)
    return group([str(file)]).groups


def test_a_hash_of_logstash_names_the_class(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, LOGSTASH)
    assert found.error.type == "NoMethodError"
    assert found.error.message == "Ruby exception occurred: undefined method `[]' for nil:NilClass"
    assert [each.function for each in found.error.frames] == ["block in filter_method", "inline_script"]


def test_a_record_of_logger_has_a_time(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, FAILED_JOB)
    assert (found.error.type, found.error.message) == ("KeyError", "no plum")
    assert (found.first_seen or "").startswith("2024-03-11T10:22:33.123456")


TAGGED = """\
F, [2024-03-11T10:22:33.100001 #1] FATAL -- : [8f9b-11]
F, [2024-03-11T10:22:33.100002 #1] FATAL -- : [8f9b-11] KeyError (no plum):
F, [2024-03-11T10:22:33.100003 #1] FATAL -- : [8f9b-11]
F, [2024-03-11T10:22:33.100004 #1] FATAL -- : [8f9b-11] app/models/order.rb:5:in `price'
[8f9b-11] app/controllers/orders_controller.rb:9:in `show'
"""
FLUENTD = """\
2024-03-11 10:22:33 +0000 [warn]: #0 [out_es] failed to flush. error_class=Errno::ECONNREFUSED error="refused \\"es\\""
  2024-03-11 10:22:33 +0000 [warn]: #0 /usr/lib/fluent/plugin/output.rb:10:in `write'
  2024-03-11 10:22:33 +0000 [warn]: #0 /usr/lib/fluent/plugin/output.rb:11:in `try_flush'
"""
IN_JSON = """\
{"severity":"ERROR","time":"2024-03-11T10:22:33Z","exception.class":"KeyError","exception.message":"no plum",\
"exception.backtrace":["app/models/order.rb:5:in `price'","lib/api.rb:20:in `call'"]}
{"status":500,"@timestamp":"2024-03-11T10:22:33Z","exception":["KeyError","no plum"],\
"backtrace":["app/models/order.rb:5:in `price'","lib/api.rb:20:in `call'"]}
"""


def test_records_that_hold_nothing_are_no_other_error(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, TAGGED)
    assert (found.error.type, found.error.message, len(found.error.frames)) == ("KeyError", "no plum", 2)


def test_frames_that_a_logger_indents_belong_to_the_record_above(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, FLUENTD)
    assert (found.error.type, found.error.message) == ("Errno::ECONNREFUSED", 'refused "es"')


def test_type_and_message_stand_beside_a_stack_in_json(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, IN_JSON)
    assert (found.count, found.error.type, found.error.message) == (2, "KeyError", "no plum")
