def retry(function, *arguments):
    return call(function, arguments)


def call(function, arguments):
    return function(*arguments)
