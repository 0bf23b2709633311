"""What stays of Java's names from build to build, and whose code a frame is."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.java.names import NAMES, normalise, symbol
from stacktraces.signatures.fingerprint import explain
from tests.golden import CORPUS

SAME = {
    "a module's version": ["java.base/java.lang.Thread.run", "java.base@21.0.1/java.lang.Thread.run", "java.lang.Thread.run"],
    "a loader": ["app//shop.Cart.total", "deployment.shop.war//shop.Cart.total", "loader@1.0//shop.Cart.total", "shop.Cart.total"],
    "lambda": ["shop.Cart.lambda$total$0", "shop.Cart.lambda$total$12", "shop.Cart.lambda$total$9f8a6b2c$1"],
    "Kotlin's lambda": ["shop.CartKt.total$lambda$0", "shop.CartKt.total$lambda$3"],
    "lambda class": ["shop.Cart$$Lambda$14/0x0000000800c03000.run", "shop.Cart$$Lambda/0x00007f3a.run", "shop.Cart$$Lambda$1a2b.run"],
    "anonymous class": ["shop.Cart$1.run", "shop.Cart$2.run"],
    "local class": ["shop.Cart$1Item.run", "shop.Cart$2Item.run"],
    "accessor": ["shop.Cart.access$000", "shop.Cart.access$300"],
    "proxy": ["com.sun.proxy.$Proxy41.total", "jdk.proxy2.$Proxy7.total"],
    "CGLIB": ["shop.Cart$$EnhancerBySpringCGLIB$$5f3a9c.total", "shop.Cart$$SpringCGLIB$$0.total", "shop.Cart.total"],
    "Guice": ["shop.Cart$$EnhancerByGuice$$18ab2.total", "shop.Cart.total"],
    "fast class": ["shop.Cart$$FastClassBySpringCGLIB$$d0a3c.invoke", "shop.Cart$$SpringCGLIB$$FastClass$$1.invoke"],
    "javassist": ["shop.Cart_$$_javassist_seam_42.total", "shop.Cart_$$_jvst4f1_0.total", "shop.Cart.total"],
    "Hibernate": ["shop.Cart$HibernateProxy$SzXDkaYB.total", "shop.Cart.total"],
    "mock": ["shop.Cart$MockitoMock$123.total", "shop.Cart$MockitoMock$9871.total"],
    "method accessor": ["sun.reflect.GeneratedMethodAccessor72.invoke", "sun.reflect.GeneratedMethodAccessor3.invoke"],
    "constructor accessor": ["sun.reflect.GeneratedConstructorAccessor7.newInstance", "sun.reflect.GeneratedConstructorAccessor8.newInstance"],
    "method handle": ["java.lang.invoke.LambdaForm$MH/0x0000000800c03000.invoke", "java.lang.invoke.LambdaForm$MH012.invoke"],
    "Clojure function": ["shop.core$total$fn__147.invoke", "shop.core$total$fn__9.invoke"],
    "Clojure evaluation": ["user$eval1234.invoke", "user$eval7.invoke"],
    "Groovy script": ["Script1.run", "Script17.run"],
    "Groovy closure": ["Shop$_total_closure2.doCall", "Shop$_total_closure3.doCall"],
    "Gradle script": ["build_5g7h8abcd9efghij0123.run", "build_a123456789b123456789.run"],
    "Scala function": ["shop.Orders$.$anonfun$total$1", "shop.Orders$.$anonfun$total$2"],
}  # fmt: skip
DISTINCT = [
    ("shop.Cart.lambda$total$0", "shop.Cart.lambda$price$0"),
    ("shop.CartKt.total$lambda$0", "shop.CartKt.price$lambda$0"),
    ("shop.Orders$.$anonfun$total$1", "shop.Orders$.$anonfun$price$1"),
    ("shop.core$total$fn__147.invoke", "shop.core$price$fn__147.invoke"),
    ("Shop$_total_closure2.doCall", "Shop$_price_closure2.doCall"),
    ("shop.Cart$Item.total", "shop.Cart$Line.total"),
    ("shop.v1.Cart.total", "shop.v2.Cart.total"),
    ("shop.Cart.total1", "shop.Cart.total2"),
]


@pytest.mark.parametrize("names", SAME.values(), ids=SAME)
def test_what_differs_from_run_to_run_vanishes(names: list[str]) -> None:
    assert len({normalise(name) for name in names}) == 1


@pytest.mark.parametrize(("first", "second"), DISTINCT)
def test_two_methods_stay_two(first: str, second: str) -> None:
    assert normalise(first) != normalise(second)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("shop.Cart.total", "own"),
        ("shop.OrdersTest.total of an empty order (is zero)", "own"),
        ("org.apache.jsp.index_jsp._jspService", "own"),
        ("org.springframework.web.servlet.DispatcherServlet.doGet", "library"),
        ("java.util.stream.ReferencePipeline$4$1.accept", "platform"),
        ("kotlin.collections.MapsKt__MapsKt.getValue", "platform"),
        ("java.lang.Thread.run", "entry"),
        ("jdk.proxy2.$Proxy7.total", "glue"),
        ("java.lang.reflect.Method.invoke", "glue"),
        ("org.springframework.aop.framework.JdkDynamicAopProxy.invoke", "glue"),
        ("org.springframework.aop.framework.CglibAopProxy$DynamicAdvisedInterceptor.intercept", "glue"),
        ("org.springframework.transaction.interceptor.TransactionInterceptor.invoke", "library"),
        ("java.lang.Thread.dumpStack", "glue"),
        ("_COROUTINE._BOUNDARY._", "glue"),
        ("shop.Cart$$FastClassBySpringCGLIB$$d0a3c.invoke", "glue"),
    ],
)
def test_whose_code_a_frame_is(function: str, role: str) -> None:
    assert symbol(function, "", "X.java", None).role == role


@pytest.mark.parametrize(
    ("function", "module", "role"),
    [
        ("pick_plum", "liborchard.so", "own"),
        ("Unsafe_PutInt", "libjvm.so", "platform"),
        ("memcpy", "libc.so.6", "platform"),
        ("", "libc.so.6", "platform"),
    ],
)
def test_native_frames_of_a_crash_report(function: str, module: str, role: str) -> None:
    assert symbol(function, module, "", None).role == role


def fingerprint(path: str) -> str:
    (trace,) = iterate((CORPUS / path).read_bytes())
    assert isinstance(trace, Trace)
    return explain(trace.error, trace.runtime).fingerprint


def test_a_new_java_version_is_the_same_bug() -> None:
    assert fingerprint("java/17-chain.txt") == fingerprint("java/25-chain.txt")


def test_a_generated_exception_class_has_no_number() -> None:
    assert NAMES.error("shop.Orders$1", "") == NAMES.error("shop.Orders$2", "")
