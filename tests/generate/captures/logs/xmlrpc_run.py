"""A fault whose string is a traceback, as supervisor's and others' servers send it."""

import traceback
import xmlrpc.client

from shop import main

try:
    main()
except ValueError:
    print(xmlrpc.client.dumps(xmlrpc.client.Fault(1, traceback.format_exc()), methodresponse=True))
