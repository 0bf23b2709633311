# serve.sh PORT COMMAND...: starts a server, asks it twice, ends it
port=$1; shift
"$@" & p=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.5; curl -s -o /dev/null http://127.0.0.1:$port/total && break; done
curl -s -o /dev/null http://127.0.0.1:$port/total
sleep 0.5; kill $p; wait $p
