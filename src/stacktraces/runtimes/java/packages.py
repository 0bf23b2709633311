"""Whose code a class is, by the beginning of its name."""

from __future__ import annotations

from ..._regex import regex

REFLECTION = regex(
    r"java\.lang\.(?:reflect|invoke)\.|(?:jdk\.internal|sun)\.reflect\.|java\.lang\.Thread\.dumpStack\Z"
    r"|org\.codehaus\.groovy\.(?:runtime|reflection|vmplugin)\.|groovy\.lang\.(?:MetaClassImpl|MetaMethod)\."
    r"|kotlin\.reflect\.|_COROUTINE\."
    r"|org\.springframework\.aop\.framework\.(?:JdkDynamicAopProxy|CglibAopProxy|ReflectiveMethodInvocation)\b"
    r"|org\.springframework\.aop\.support\.AopUtils\.|org\.springframework\.cglib\.proxy\."
)
"""What stands between caller and callee, and differs between versions."""

ENTRY = regex(
    r"(?:Konan_\w+|Init_and_run_start)\Z|java\.lang\.(?:Thread|VirtualThread)\.run|java\.util\.concurrent\.(?:ThreadPoolExecutor|ForkJoin|FutureTask"
    r"|Executors\$|ScheduledThreadPoolExecutor\$)|java\.util\.TimerThread\.|jdk\.internal\.vm\."
    r"|kotlin\.coroutines\.jvm\.internal\.|kotlinx\.coroutines\.(?:scheduling\.|DispatchedTask\.|EventLoop"
    r"|Blocking|Builders)|scala\.concurrent\.(?:impl|forkjoin)\.|(?:akka|org\.apache\.pekko)\.dispatch\."
    r"|io\.netty\.(?:util\.(?:concurrent|internal)|channel\.(?:nio|epoll))\.|org\.apache\.tomcat\.util\.(?:threads|net)\."
    r"|org\.eclipse\.jetty\.util\.thread\.|android\.os\.(?:Looper|Handler|HandlerThread)\."
    r"|android\.app\.ActivityThread\.(?:main\Z|-?\$|access)|com\.android\.internal\.os\.|dalvik\.system\.Native"
    r"|groovy\.(?:ui\.GroovyMain|lang\.GroovyShell)\.|org\.codehaus\.groovy\.tools\.GroovyStarter\."
    r"|clojure\.(?:main|lang\.(?:Compiler|RestFn|Var|AFn))[.$]|org\.junit\.(?:runner|runners|platform|internal\.runners)"
    r"|org\.apache\.maven\.surefire\.|org\.gradle\.(?:api\.internal\.tasks\.testing|process\.internal\.worker)\."
)
"""What starts a thread, a task or a program."""

PLATFORM = regex(
    r"(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|groovy|clojure|android|dalvik|libcore"
    r"|com\.android|org\.codehaus\.groovy|org\.apache\.groovy)\."
)

OWN = regex(r"org\.apache\.(?:jsp|jasper\.servlet\.jsp)\.")
"""The user's own code although its package is another's: pages that were compiled."""

LIBRARY = regex(
    r"org\.(?:apache|springframework|hibernate|eclipse|jboss|junit|slf4j|codehaus|mockito|postgresql|glassfish|quartz"
    r"|aspectj|thymeleaf|mybatis|flywaydb|jooq|wildfly|infinispan|gradle|testng|assertj|hamcrest|opentest4j"
    r"|elasticsearch|opensearch|redisson|bouncycastle|liquibase|keycloak|http4s|scalatest|scalacheck|specs2"
    r"|spockframework|jetbrains|jdbi|xerial|h2|mariadb|neo4j|antlr|yaml|osgi|webjars|modelmapper|mapstruct"
    r"|rocksdb|lwjgl|robolectric|koin|zeroturnaround|graalvm|sonatype|owasp|jenkinsci|jvnet|bukkit|spigotmc|spongepowered|micrometer|jsoup|json|dom4j|xml|w3c)\."
    r"|com\.(?:google|fasterxml|zaxxer|mysql|amazonaws|mongodb|microsoft|azure|datastax|rabbitmq|netflix|squareup"
    r"|typesafe|oracle|ibm|hazelcast|lmax|codahale|alibaba|intellij|jayway|jcraft|nimbusds|auth0|sendgrid"
    r"|cloudbees|mojang|destroystokyo|velocitypowered|stripe|twilio|facebook|bumptech|jakewharton|couchbase|clickhouse|snowflake|databricks|salesforce)\."
    r"|io\.(?:netty|grpc|micrometer|vertx|lettuce|projectreactor|quarkus|micronaut|ktor|undertow|smallrye"
    r"|opentelemetry|prometheus|kubernetes|fabric8|reactivex|swagger|jsonwebtoken|dropwizard|zipkin|cucumber"
    r"|restassured|confluent|r2dbc|sentry|debezium|kotest|mockk|helidon|javalin|papermc|jaegertracing|minio|nats)\."
    r"|(?:software\.amazon|ch\.qos|net\.(?:sf|bytebuddy|minidev|snowflake|jpountz|logstash|javacrumbs)|redis\.clients"
    r"|androidx|reactor|okhttp3|okio|retrofit2|akka|play|cats|zio|fs2|slick|feign|rx|dagger|javassist|freemarker"
    r"|hudson|jenkins|munit|weaver|cpw\.mods|net\.(?:minecraft|minecraftforge|neoforged|fabricmc)"
    r"|junit|kafka|py4j|ring|compojure|leiningen|nrepl|cider|cognitect|manifold|aleph|coil|sbt|dotty|lombok)\."
)

SHARED_OBJECT = regex(r"\.(?:dylib|dll)\Z|\.so(?:\.[\d.]+)?\Z|\A(?:ld-\w[\w-]*|linux-vdso)")

NATIVE_LIBRARY = regex(
    r"(?:lib(?:jvm|jli|java|jimage|net|nio|zip|verify|awt\w*|fontmanager|instrument|jdwp|management\w*)"
    r"|jvm|java|net|nio|zip|verify|awt|jli)\.(?:so|dylib|dll)\Z"
)
"""Shared objects of the virtual machine and its own library."""

SYSTEM_LIBRARY = regex(
    r"(?:lib(?:c|m|pthread|stdc\+\+|gcc_s|dl|rt|c\+\+\w*|system_\w+)|ld-\w[\w-]*+|ntdll|kernel32|ucrtbase|msvcrt"
    r"|KERNELBASE|linux-vdso)(?:[-.][\w.-]*)?\.(?:so|dylib|dll)[.\d]*\Z",
)
"""Those of the operating system."""
