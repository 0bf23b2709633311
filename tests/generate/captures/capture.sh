#!/bin/bash
# Captures the output of Python tools into a folder: capture.sh OUT
# Needs /srv/venv (Python 3.11) with: ipython pytest py-spy pystack celery rich loguru structlog django flask gunicorn
# uwsgi python-json-logger. Runs from /srv/app so that no path of the machine stands in the files.
set -u
out=$1
mkdir -p /srv/app/queue "$out"/{ipython,pytest_output,pyspy,pystack,rich_traceback,loguru,structlog,json_logger,celery,service_logs}
cp "$(dirname "$0")"/*.py /srv/app
mv /srv/app/shop_test_file.py /srv/app/test_shop.py
cd /srv/app || exit 1
export PATH=/srv/venv/bin:$PATH HOME=/srv/home PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
all=key,chain,context,recursion

for mode in Plain Context Verbose Minimal; do
    python ipy_plain.py $mode > "$out/ipython/${mode,,}.txt" 2>&1
done
python ipy_plain.py Context Linux > "$out/ipython/context-colour.txt" 2>&1

test_shop() { python -m pytest -p no:cacheprovider -q test_shop.py "$@" 2>&1; }
for style in long short line no; do test_shop --tb=$style > "$out/pytest_output/$style.txt"; done
test_shop --tb=native -k 'not recursion' > "$out/pytest_output/native.txt"
test_shop --tb=long --showlocals -k 'key or chain' > "$out/pytest_output/locals.txt"
test_shop --tb=long --color=yes -k 'key or assert' > "$out/pytest_output/colour.txt"
printf 'import shop\nshop.price_of("x")\n' > test_broken.py
python -m pytest -p no:cacheprovider -q test_broken.py > "$out/pytest_output/collection_error.txt" 2>&1
rm test_broken.py

python rich_app.py 100 plain $all > "$out/rich_traceback/plain.txt"
python rich_app.py 100 locals key,chain > "$out/rich_traceback/locals.txt"
python rich_app.py 60 plain key,chain > "$out/rich_traceback/narrow.txt"
python rich_app.py 100 plain key colour > "$out/rich_traceback/colour.txt"
for mode in plain backtrace diagnose json; do python loguru_app.py $mode > "$out/loguru/$mode.txt"; done
python loguru_app.py diagnose colour > "$out/loguru/colour.txt"
for mode in dicts json console logfmt; do python structlog_app.py $mode $all > "$out/structlog/$mode.txt"; done
python structlog_app.py rich key > "$out/structlog/rich.txt"
python jsonlog_app.py > "$out/json_logger/python-json-logger.txt"

python sleeper.py > /dev/null & sleeper=$!
sleep 1
py-spy dump --pid $sleeper > "$out/pyspy/dump.txt"
py-spy dump --pid $sleeper --json > "$out/pyspy/json.txt"
py-spy dump --pid $sleeper --locals > "$out/pyspy/locals.txt"
py-spy dump --pid $sleeper --native > "$out/pyspy/native.txt"
pystack remote $sleeper > "$out/pystack/remote.txt"
pystack remote $sleeper --native > "$out/pystack/native.txt"
pystack remote $sleeper --locals > "$out/pystack/locals.txt"
kill $sleeper
(ulimit -c unlimited; python crasher.py; pystack core core > "$out/pystack/core.txt"; rm -f core)

run_celery() {
    local file=$1; shift
    celery -A celery_app worker -l INFO -n worker@web "$@" > "$file" 2>&1 & local worker=$!
    sleep 4
    python - <<'PYTHON'
import celery_app

for name in ("key", "chain", "context", "recursion", "key", "key"):
    celery_app.app.send_task("shop.fail", (name,))
for task in ("shop.ok", "shop.noisy", "shop.retry"):
    celery_app.app.send_task(task)
PYTHON
    sleep 6
    kill $worker; wait $worker
}
run_celery "$out/celery/solo.txt" -P solo
run_celery "$out/celery/prefork.txt" -P prefork -c 2

serve() {
    local file=$1 base=$2 paths=$3; shift 3
    timeout -s QUIT 15 "$@" > "$file" 2>&1 & local server=$!
    sleep 2
    for path in $paths; do curl -s -o /dev/null --max-time 5 "$base$path"; done
    kill -TERM $server; wait $server
}
flask="/ok /fail/key /fail/chain /ok /fail/context /fail/key /logged/fig /logged/lime /fail/recursion /fail/key /missing"
wsgi="/ok /key /chain /ok /context /key /recursion /key"
django="/ok /fail/key /fail/chain /ok /fail/context /fail/key /fail/recursion /missing"
logs=$out/service_logs
at() { echo "http://127.0.0.1:$1"; }
uwsgi_options="--master --need-app --chdir /srv/app --virtualenv /srv/venv"
serve $logs/gunicorn-flask.log "$(at 8101)" "$flask" gunicorn -w 2 -b 127.0.0.1:8101 --access-logfile - flask_app:app
serve $logs/gunicorn-wsgi.log "$(at 8102)" "$wsgi" gunicorn -b 127.0.0.1:8102 bare_wsgi:app
serve $logs/gunicorn-django.log "$(at 8103)" "$django" gunicorn -b 127.0.0.1:8103 django_app:application
serve $logs/uwsgi-flask.log "$(at 8104)" "$flask" uwsgi --http-socket 127.0.0.1:8104 -p 2 $uwsgi_options --module flask_app:app
serve $logs/uwsgi-wsgi.log "$(at 8105)" "$wsgi" uwsgi --http-socket 127.0.0.1:8105 -p 1 $uwsgi_options --module bare_wsgi
serve $logs/django-runserver.log "$(at 8106)" "$django" python django_app.py runserver --noreload 127.0.0.1:8106
echo 'import not_there' > broken_wsgi.py
timeout 5 gunicorn -b 127.0.0.1:8107 broken_wsgi:app > $logs/gunicorn-boot-failure.log 2>&1
