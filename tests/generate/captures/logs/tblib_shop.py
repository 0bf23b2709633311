import pickle, shop, sys
from tblib import pickling_support
pickling_support.install()
try: shop.main()
except ValueError: s=pickle.dumps(sys.exc_info())
t,v,tb=pickle.loads(s)
raise v.with_traceback(tb)
