import sys
sys.path.insert(0,"/srv/app")
import shop
def setup(app):
    app.connect("builder-inited", lambda a: shop.main())
