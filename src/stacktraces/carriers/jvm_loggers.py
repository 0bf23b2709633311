"""The layouts that loggers of the JVM and log4net have unless they are told otherwise: time, level, thread and logger.

Only an event's first line bears them.
"""

from __future__ import annotations

from . import Sample
from ._prefix import TIME, prefix_carrier

_LEVEL = rb"(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|SEVERE|CONFIG|FINE(?:R|ST)?|OFF)"
_AT = rb"\[?(?P<time>" + TIME + rb")\]?"
_CLOCK = rb"(?:\d\d:\d\d:\d\d(?:[.,]\d{3})?|\d{1,9})"
_BEGIN = rb"(?:" + _AT + rb"|" + _CLOCK + rb")"
_THREAD = rb"\[ {0,30}(?P<thread>[^\]\n]{1,120})\]"
_NAME = rb"#?(?P<logger>[A-Za-z_][\w.$/#-]{0,199})"
_DOTTED = rb"(?P<logger>[A-Za-z_][\w$-]{0,99}(?:\.[\w$-]{1,99}){1,20})"

CARRIER = prefix_carrier(
    "jvm-loggers",
    "Loggers of the JVM",
    "application",
    (
        # Spring Boot
        _AT
        + rb" {1,8}"
        + _LEVEL
        + rb" (?:\[[^\]\n]{0,199}\] )?(?P<pid>\d{1,10}) --- (?:\[[^\]\n]{0,99}\] )?"
        + _THREAD
        + rb" (?:\[[^\]\n]{0,199}\] )?(?P<logger>[A-Za-z_]\S{0,199}) {1,60}: ",
        # Logback, log4j, log4net, SLF4J's own
        rb"(?:"
        + _BEGIN
        + rb" {1,4}-?)?"
        + _THREAD
        + rb" {1,4}"
        + _LEVEL
        + rb" {1,8}"
        + _NAME
        + rb"(?::\d{1,7})? {0,60}(?:\[[^\]\n]{0,199}\] )?--? ",
        # Hadoop and HBase, NiFi
        _AT + rb" {1,4}" + _LEVEL + rb" {1,8}" + _THREAD + rb" {1,4}" + _NAME + rb"(?::\d{1,7})?(?:: | --? )",
        _AT + rb" {1,4}" + _LEVEL + rb" {1,8}" + _THREAD + rb" {1,4}" + _DOTTED + rb" ",
        # Flink
        _AT + rb" {1,4}" + _LEVEL + rb" {1,8}" + _NAME + rb" {1,60}\[[^\]\n]{0,199}\] - ",
        # JBoss, WildFly, Quarkus
        _BEGIN
        + rb" {1,4}"
        + _LEVEL
        + rb" {1,8}\[(?P<logger>[\w.$/-]{1,199})\] \((?P<thread>[^)\n]{1,120})\) ",
        # Solr
        _AT
        + rb" {1,4}"
        + _LEVEL
        + rb" {1,8}\((?P<thread>[^)\n]{1,120})\) \[[^\]\n]{0,299}\] (?:=>)?"
        + _DOTTED
        + rb" ",
        # Tomcat
        rb"(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}) "
        + _LEVEL
        + rb" "
        + _THREAD
        + rb" (?P<logger>[A-Za-z_][\w.$]{0,199})\.[\w$<>]{1,99} ",
        # ZooKeeper, IntelliJ
        _AT
        + rb" \[myid:\d{0,9}\] - "
        + _LEVEL
        + rb" {1,4}\[(?P<thread>[^\]\n]{1,120}):(?P<logger>[\w.$]{1,99})@\d{1,7}\] - ",
        _AT + rb" \[ {0,8}\d{1,12}\] {1,4}" + _LEVEL + rb" - " + _NAME + rb" - ",
        # Cassandra
        _LEVEL
        + rb" {1,4}"
        + _THREAD
        + rb" (?P<time>"
        + TIME
        + rb") (?P<logger>[A-Za-z_][\w$]{0,99})\.(?:java|kt|scala):\d{1,7} - ",
        # Kafka
        _AT
        + rb" "
        + _LEVEL
        + rb" (?=[^\n]{0,4000} \((?P<logger>[A-Za-z_][\w$-]{0,99}(?:\.[\w$-]{1,99}){1,20})(?::\d{1,7})?\)\s{0,4}\Z)",
        # Minecraft
        rb"\[(?:\d\d[A-Z][a-z]{2}\d{4} )?\d\d:\d\d:\d\d(?:\.\d{3})?\] \[(?P<thread>[^/\]\n]{1,120})/"
        + _LEVEL
        + rb"\](?: \[(?P<logger>[\w.$/-]{1,199})\]| \((?P<_mod>[^)\n]{1,99})\))?:? ",
        # Akka
        rb"\["
        + _LEVEL
        + rb"\] \[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3}\] "
        + _THREAD
        + rb" \[(?P<logger>[^\]\n]{1,299})\] ",
    ),
    (
        Sample(
            b"2024-01-05T10:00:00.123+01:00 ERROR 123 --- [shop] [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[servlet]    : failed",
            b"failed",
            "2024-01-05T10:00:00.123+01:00",
            {
                "level": "ERROR",
                "pid": "123",
                "thread": "nio-8080-exec-1",
                "logger": "o.a.c.c.C.[.[.[/].[servlet]",
            },
        ),
        Sample(
            b"2018-08-23 17:14:03.276  WARN 21305 --- [           main] s.c.a.Context : failed",
            b"failed",
            "2018-08-23 17:14:03.276",
            {"level": "WARN", "pid": "21305", "thread": "main", "logger": "s.c.a.Context"},
        ),
        Sample(
            b"10:11:12.345 [main] ERROR shop.Cart -- failed",
            b"failed",
            fields={"thread": "main", "level": "ERROR", "logger": "shop.Cart"},
        ),
        Sample(
            b"23 [main] ERROR shop.Cart  - failed",
            b"failed",
            fields={"thread": "main", "level": "ERROR", "logger": "shop.Cart"},
        ),
        Sample(
            b"2023-02-01 10:11:12,345 [12] ERROR Shop.CartService [(null)] - failed",
            b"failed",
            "2023-02-01 10:11:12,345",
            {"thread": "12", "level": "ERROR", "logger": "Shop.CartService"},
        ),
        Sample(
            b"2023-02-01 10:11:12,345 ERROR [main] regionserver.HRegionServer: failed",
            b"failed",
            "2023-02-01 10:11:12,345",
            {"thread": "main", "level": "ERROR", "logger": "regionserver.HRegionServer"},
        ),
        Sample(
            b"2023-02-01 10:11:12,345 ERROR [Timer-Driven Process Thread-2] o.a.nifi.PutSQL failed",
            b"failed",
            "2023-02-01 10:11:12,345",
            {"thread": "Timer-Driven Process Thread-2", "level": "ERROR", "logger": "o.a.nifi.PutSQL"},
        ),
        Sample(
            b"2021-03-04 12:00:00,111 WARN  org.apache.flink.Task                    [] - failed",
            b"failed",
            "2021-03-04 12:00:00,111",
            {"level": "WARN", "logger": "org.apache.flink.Task"},
        ),
        Sample(
            b"17:14:22,609 ERROR [org.jboss.msc.service.fail] (MSC service thread 1-7) failed",
            b"failed",
            fields={
                "level": "ERROR",
                "logger": "org.jboss.msc.service.fail",
                "thread": "MSC service thread 1-7",
            },
        ),
        Sample(
            b"2023-02-01 10:11:12.345 ERROR (qtp1234-17) [c:cart s:shard1] o.a.s.s.HttpSolrCall failed",
            b"failed",
            "2023-02-01 10:11:12.345",
            {"level": "ERROR", "thread": "qtp1234-17", "logger": "o.a.s.s.HttpSolrCall"},
        ),
        Sample(
            b"12-Apr-2021 04:14:07.878 SEVERE [http-nio-8080-exec-3] org.apache.catalina.core.Valve.invoke failed",
            b"failed",
            "12-Apr-2021 04:14:07.878",
            {"level": "SEVERE", "thread": "http-nio-8080-exec-3", "logger": "org.apache.catalina.core.Valve"},
        ),
        Sample(
            b"2023-02-01 10:11:12,345 [myid:1] - WARN  [NIOWorkerThread-1:NIOServerCnxn@370] - failed",
            b"failed",
            "2023-02-01 10:11:12,345",
            {"level": "WARN", "thread": "NIOWorkerThread-1", "logger": "NIOServerCnxn"},
        ),
        Sample(
            b"2023-02-01 10:11:12,399 [  12399] SEVERE - #c.i.o.a.i.ApplicationImpl - failed",
            b"failed",
            "2023-02-01 10:11:12,399",
            {"level": "SEVERE", "logger": "c.i.o.a.i.ApplicationImpl"},
        ),
        Sample(
            b"ERROR [ReadStage-2] 2023-02-01 10:11:12,345 JVMStabilityInspector.java:68 - failed",
            b"failed",
            "2023-02-01 10:11:12,345",
            {"level": "ERROR", "thread": "ReadStage-2", "logger": "JVMStabilityInspector"},
        ),
        Sample(
            b"[2021-03-04 12:00:00,111] ERROR [KafkaServer id=0] failed (kafka.server.KafkaServer)",
            b"[KafkaServer id=0] failed (kafka.server.KafkaServer)",
            "2021-03-04 12:00:00,111",
            {"level": "ERROR", "logger": "kafka.server.KafkaServer"},
        ),
        Sample(
            b"[10:11:12] [Server thread/ERROR] [minecraft/Main]: failed",
            b"failed",
            fields={"thread": "Server thread", "level": "ERROR", "logger": "minecraft/Main"},
        ),
        Sample(
            b"[ERROR] [03/04/2021 12:00:00.111] [shop-dispatcher-5] [akka://shop/user/cart] failed",
            b"failed",
            fields={"level": "ERROR", "thread": "shop-dispatcher-5", "logger": "akka://shop/user/cart"},
        ),
    ),
    near_misses=(
        b"2015-03-08 12:13:35,086 free text",
        b"ERROR [main] x",
        b"[error] application - failed",
        b"2015-03-08 12:13:35,086 ERROR [shop] free text",
    ),
    bare_continuation=True,
)
