import logging

from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
log = logging.getLogger("orders")
port = launch_gateway(die_on_exit=True)
java = JavaGateway(gateway_parameters=GatewayParameters(port=port)).jvm.java


def parse(text):
    return java.lang.Integer.parseInt(text)


def nested():
    error = java.lang.IllegalStateException("shop closed", java.io.IOException("no\nkey"))
    return java.util.concurrent.CompletableFuture.failedFuture(error).get()


for attempt in (lambda: parse("durian"), lambda: java.util.ArrayList().get(3), nested, lambda: java.util.ArrayList().nope()):
    try:
        attempt()
    except Exception:
        log.exception("no price")
parse("fig")
