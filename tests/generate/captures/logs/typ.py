import typer, shop
app=typer.Typer()
@app.command()
def order(n:int=1): shop.main()
app()
