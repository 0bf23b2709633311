"""Steps of behave's."""

from behave import given, when
from shop import main


@given("a shop")
def a_shop(context):
    print("a shop")


@when("I order")
def an_order(context):
    main()
