#!/bin/bash
# Captures what tools make of Python's tracebacks into a folder: capture_logs.sh OUT [KIND...]
# Needs Debian's jython, pypy3, ruby-foreman, openmpi-bin, pdsh, dsh, parallel, moreutils, make, daemontools, runit, s6,
# devscripts; of Python 3.11 in
# /srv/venv the packages that the lines name; of npm in /srv/npm: brython, pyodide, turbo, lerna, nx, concurrently,
# pnpm, npm-run-all and
# @micropython/micropython-webassembly-pyscript. Runs from /srv/app so that no path of the machine stands in the files.
set -u
out=$1; shift
kinds=${*:-implementations writers message_ends one_event strings times formats services}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p /srv/app "$out"
out=$(cd "$out" && pwd)
find "$here/logs" -maxdepth 1 -type f -exec cp {} /srv/app +
mkdir -p /srv/app/features/steps && cp "$here"/logs/shop.feature /srv/app/features && cp "$here"/logs/behave_steps.py /srv/app/features/steps
cd /srv/app || exit 1
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 NO_COLOR=1 TERM=dumb
PATH=/srv/venv/bin:/srv/npm/node_modules/.bin:$PATH
modules=/srv/npm/node_modules

keep() { # keep NAME COMMAND...: both streams of the command in the kind's file
    name=$1; shift
    echo "$kind/$name" >&2
    timeout 60 "$@" 2>&1 < /dev/null |
        sed -e '/^Looking in indexes/d' -e 's|/root/|/home/ann/|g' -e "s|$(python -c 'import os; print(os.path.dirname(os.__file__))')|/usr/lib/python3.11|g" > "$out/$kind/$name.txt"
}

implementations() {
    keep pypy3-chain pypy3 shop.py
    keep pypy3-module pypy3 -m plain
    keep jython jython plain.py
    keep jython-java jython java_error.py
    keep jython-module jython -m plain
    for each in plain chain; do keep micropython-$each node micropython.mjs $each; done
    for each in plain chain; do keep pyodide-$each node pyodide.mjs $each; done
    keep brython node brython.js
    keep cython python cython_run.py
    keep nuitka sh nuitka.sh
    keep cpython-isolated python -I -c 'import sys; sys.path.insert(0, "/srv/app"); import shop; shop.main()'
}

writers() {
    printf 'web: python -u steps.py web\nworker: python -u steps.py worker\n' > Procfile
    keep foreman foreman start -m web=1,worker=2
    keep mpirun-tag mpirun --allow-run-as-root --oversubscribe -n 3 --tag-output python steps.py rank
    keep mpirun-timestamp mpirun --allow-run-as-root --oversubscribe -n 2 --timestamp-output --tag-output python steps.py rank
    keep pdsh pdsh -R exec -w 'node[1-3]' python steps.py %h
    keep parallel-tagstring parallel --line-buffer --tagstring 'job {#} |' python steps.py ::: a b c
    keep ts-relative sh -c 'python steps.py web 2>&1 | ts -s "%.s web"'
    keep ts-date sh -c 'python steps.py web 2>&1 | ts "%Y-%m-%d %H:%M:%.S"'
    keep concurrently-times concurrently --no-color -p '[{time}] [{pid}]' 'python steps.py a' 'python steps.py b'
    keep concurrently-command concurrently --no-color -p command 'python steps.py a' 'python steps.py b'
    rm -rf /srv/mono; mkdir -p /srv/mono/packages/{api,shop-worker}
    for each in api shop-worker; do
        printf '{"name": "@pond/%s", "version": "1.0.0", "scripts": {"dev": "python /srv/app/steps.py %s"}}' $each $each \
            > /srv/mono/packages/$each/package.json
    done
    cd /srv/mono || exit 1
    echo '{"name": "mono", "version": "1.0.0", "private": true, "packageManager": "npm@10.8.0", "workspaces": ["packages/*"]}' > package.json
    echo '{"version": "1.0.0", "packages": ["packages/*"], "npmClient": "npm"}' > lerna.json
    echo '{"tasks": {"dev": {"cache": false}}}' > turbo.json
    echo '{}' > nx.json
    ln -sfn $modules node_modules
    git init -q . && git -c user.email=a@b -c user.name=a commit -q --allow-empty -m start
    export TURBO_TELEMETRY_DISABLED=1 NX_DAEMON=false NX_NO_CLOUD=true
    npm install --package-lock-only --ignore-scripts > /dev/null 2>&1
    keep turbo turbo run dev --ui stream --continue
    keep turbo-grouped turbo run dev --ui stream --continue --log-order grouped
    keep lerna lerna run dev --stream --no-bail
    keep nx nx run-many -t dev --output-style stream-without-prefixes
    keep nx-prefixed nx run-many -t dev --output-style stream
    cd /srv/app || exit 1
    keep threads python threads.py
    keep progress python progress.py
    printf 'web: python -u shop.py\nworker: python -u plain.py\n' > Procfile
    keep honcho honcho start
    keep supervisor timeout 6 supervisord -c supervisord.conf
    keep ray python ray_shop.py
    keep mixed python mixed.py
    numbered
    loggers
    workspaces
}

numbered() { # what people paste from a log of their own
    python steps.py web > app.log 2>&1; python steps.py worker > other.log 2>&1
    keep grep-number grep -n -A 40 Traceback app.log
    keep grep-files grep -n -A 40 Traceback app.log other.log
    keep cat-number cat -n app.log
}

loggers() { # what writes down what a service prints
    rm -rf logged; mkdir logged
    python steps.py web 2>&1 | multilog t ./logged/multilog
    python steps.py web 2>&1 | s6-log t ./logged/s6
    mkdir logged/sv; python steps.py web 2>&1 | svlogd -ttt ./logged/sv
    keep multilog cat logged/multilog/current
    keep s6-log cat logged/s6/current
    keep svlogd cat logged/sv/current
    keep annotate-output annotate-output python steps.py web
    keep annotate-output-date annotate-output '+%F %T' python steps.py web
    keep clush clush -R exec -w 'node[1-3]' python steps.py %h
}

workspaces() { # npm's other runners
    rm -rf /srv/spaces; mkdir -p /srv/spaces/{api,shop}
    for each in api shop; do
        printf '{"name": "%s", "version": "1.0.0", "scripts": {"dev": "python /srv/app/steps.py %s"}}' $each $each \
            > /srv/spaces/$each/package.json
    done
    cd /srv/spaces || exit 1
    printf 'packages:\n  - api\n  - shop\n' > pnpm-workspace.yaml
    printf '{"name": "all", "version": "1.0.0", "scripts": {"one": "python /srv/app/steps.py one", "two": "python /srv/app/steps.py two"}}' > package.json
    keep pnpm pnpm -r --parallel --no-bail run dev
    keep npm-run-all npm-run-all --continue-on-error -l -p one two
    cd /srv/app || exit 1
}

message_ends() {
    printf 'all:\n\t@python shop.py\n' > Makefile
    keep make make
    printf '{"scripts": {"start": "python shop.py"}}' > package.json
    keep npm npm start
    printf 'rule r\n command = python shop.py\nbuild out: r\n' > build.ninja
    keep ninja ninja
    printf 'import os\n\nCommand("out", [], "python shop.py", ENV=os.environ)\n' > SConstruct
    keep scons scons
    printf 'def task_shop():\n    return {"actions": ["python shop.py"]}\n' > dodo.py
    keep doit doit
    printf 'from invoke import task\n\n@task\ndef shop(c):\n    c.run("python shop.py")\n' > tasks.py
    keep invoke invoke shop
    printf 'import nox\n\n@nox.session(venv_backend="none")\ndef tests(session):\n    session.run("python", "shop.py")\n' > noxfile.py
    keep nox nox
    printf '[tox]\nskipsdist = true\nenvlist = a, b\n[testenv]\nskip_install = true\ncommands = python shop.py\n' > tox.ini
    keep tox tox run
    keep tox-parallel tox run-parallel
    keep unittest-b python -m unittest -b unit_shop
    keep nose2 nose2 unit_shop
    keep pytest-xdist pytest -q -n 2 -p no:cacheprovider unit_shop.py
    keep behave behave --no-color features
    keep robot robot --output NONE --log NONE --report NONE --console dotted shop.robot
    printf '{"name": "p", "version": "1"}' > package.json; rm -rf broken; mkdir broken
    printf 'import shop\nshop.main()\n' > broken/setup.py; cp shop.py broken
    keep pip-setup env PYTHONPATH=/srv/app pip install --no-build-isolation --no-cache-dir --disable-pip-version-check ./broken
    keep luigi env PYTHONPATH=. luigi --local-scheduler --module luigi_shop Orders
    keep ansible ansible localhost -c local -M . -m broken_module
    keep ansible-verbose ansible localhost -c local -vvv -M . -m broken_module
    keep bash bash -xc 'python shop.py; echo exit $?; ls nowhere; python plain.py'
    keep interactive sh -c "echo 'shop.main()' | python -i -c 'import shop'"
    keep pyinstaller sh pyinstaller.sh
    keep gunicorn-boot gunicorn broken_shop:app -b 127.0.0.1:8101
    keep snakemake snakemake -c1 -s Snakefile
    keep trial env PYTHONPATH=. trial trial_shop
    keep unittest-locals python -m unittest --locals unit_shop
    keep bash-time bash -c 'time python shop.py'
}

one_event() {
    for way in format_exc text-and-exception logged-and-raised logged-and-printed error-and-text two; do
        keep $way python twice.py $way
    done
    keep uvicorn python serve.py uvicorn
    keep flask python serve.py flask
    keep aiohttp python serve.py aiohttp
    keep tornado python serve.py tornado
    keep sanic python serve.py sanic
    keep bottle python serve.py bottle
    keep cherrypy python serve.py cherrypy
    keep waitress python serve.py waitress
    keep pytest-logged pytest -q -p no:cacheprovider -o log_cli=true logged_shop.py
    keep apscheduler python schedule.py
    keep huey python huey_shop.py
    keep dramatiq python dramatiq_shop.py
    keep taskiq python taskiq_shop.py
    keep django sh serve.sh 8108 python django_shop.py runserver --noreload 8108
    keep hypercorn sh serve.sh 8104 hypercorn asgi_shop:app -b 127.0.0.1:8104
    keep locust locust --headless -u 1 -r 1 -t 2s -f locustfile.py
    keep nobody python nobody.py
    keep rich-handler env COLUMNS=50 python rich_log.py
    keep rich-handler-tracebacks env COLUMNS=100 python rich_log.py tracebacks
}

strings() {
    for way in json-deep json-pretty json-lines json-twice json-thrice repr pprint repr-lines yaml yaml-block xml html csv \
        one-line-n one-line-blanks one-line-cr logfmt; do
        keep $way python strings.py $way
    done
    keep junit sh -c 'pytest -q -p no:cacheprovider -o junit_family=xunit2 --junit-xml=report.xml unit_shop.py >/dev/null; cat report.xml'
    keep robot-xml sh -c 'robot --output output.xml --log NONE --report NONE shop.robot >/dev/null; cat output.xml'
    keep notebook sh -c "python nbclient_run.py notebook 2>/dev/null"
    keep nbclient python nbclient_run.py
    keep werkzeug-html python serve.py werkzeug
    keep ecs-logging python json_logs.py ecs
    keep graypy python json_logs.py gelf
    keep json-logger python json_logs.py json
    keep structlog python structlog_shop.py
    keep teamcity python -m teamcity.unittestpy two_failures
    keep unittest-xml sh -c 'python -m xmlrunner two_failures -o reports >/dev/null 2>&1; cat reports/*.xml'
    keep lambda-runtime python lambda_run.py
    keep lambda-runtime-json env AWS_LAMBDA_LOG_FORMAT=JSON python lambda_run.py
    keep xmlrpc python xmlrpc_run.py
}

times() {
    for form in epoch-seconds epoch-milliseconds airflow-2 home-assistant dbt us windows syslog iso-zone http-date apache padded; do
        keep $form python times.py $form
    done
    for form in minutes short-year six-digits dashes airflow-comma; do keep $form python times.py $form; done
    keep tornado-pretty python tornado_shop.py
    keep rich-date python rich_date.py
    for form in 'date-12h|%a %d %b %Y %r %Z' 'short-day-first|%d.%m.%y %T' 'unpadded|%Y/%-m/%-d %T' 'words|%Y年%m月%d日 %T'; do
        keep "${form%%|*}" sh -c "python steps.py web 2>&1 | LC_ALL=C.UTF-8 ts '${form#*|} web:'"
    done
    keep layouts python layouts.py
    keep loguru python loguru_shop.py
}

formats() {
    mkdir -p docs collect internal && cp sphinx_conf.py docs/conf.py && : > docs/index.rst
    printf 'import broken_shop\n' > collect/test_b.py && printf 'def test_c(:\n' > collect/test_c.py
    printf 'import shop\n\ndef pytest_runtest_logreport(report): shop.main()\n' > internal/conftest.py
    printf 'def test_a(): pass\n' > internal/test_a.py
    keep sphinx sphinx-build docs /tmp/out
    for each in tblib friendly trio anyio; do keep $each python ${each}_shop.py; done
    keep typer python typ.py
    keep green green -v unit_shop
    keep pytest-sugar pytest -p no:cacheprovider --force-sugar two_failures.py
    keep pytest-n2 pytest -p no:cacheprovider -n 2 --tb=short -v many_failures.py
    keep pytest-collect env PYTHONPATH=. pytest -p no:cacheprovider collect
    keep pytest-internal env PYTHONPATH=. pytest -p no:cacheprovider internal
    keep dagster dagster job execute -f dagster_shop.py -j pond
    python notebook_shop.py && keep papermill papermill shop.ipynb out.ipynb
}

services() { # Prefect, Dagster, Celery, Ray, PySpark, Rollbar, Bugsnag and Django, of which each may want a venv of its own
    rm -rf /srv/pond && cp -r "$here/logs/services" /srv/pond && cd /srv/pond || exit 1
    keep prefect python sell_flow.py
    keep dagster-job dagster job execute -f sale.py -j sell
    keep celery-threads python celery_worker.py --pool=threads
    keep ray-deduplicated python tills.py
    keep pyspark python orders_spark.py
    keep rollbar python rollbar_report.py
    keep bugsnag python bugsnag_report.py
    keep django-mail python django_mail.py
    keep django-mail-html python django_mail.py html
}

for kind in $kinds; do mkdir -p "$out/$kind"; $kind; done
