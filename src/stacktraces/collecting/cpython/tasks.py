"""The tasks of asyncio: their names, where they are, what each waits for."""

from ..memory import is_pointer
from .frames import PythonFrame
from .threads import Interpreter

MOST_TASKS = 10000
MOST_CHILDREN = 1000
TASKS = ("_scheduled_tasks", "_eager_tasks", "_all_tasks", "_all_tasks_compat")
PENDING = 0


class Task(object):
    """A task that has not ended: its name, its frames, and the addresses of the tasks that it waits for."""

    def __init__(self, address, name, frames):
        # type: (int, str, list[PythonFrame]) -> None
        self.address = address
        self.name = name
        self.frames = frames
        self.awaits = []  # type: list[int]


def read_tasks(interpreter):
    # type: (Interpreter) -> tuple[list[Task], int]
    """Return the tasks, and how many there are besides, of CPython 3.7 to 3.13."""
    objects = interpreter.objects
    if "task.coroutine" not in objects.offsets:
        return [], 0
    addresses = task_objects(interpreter)
    tasks = []
    for address in addresses[:MOST_TASKS]:
        if objects.memory.is_late():
            break
        if objects.memory.signed(address + objects.offsets["task.state"]) == PENDING:
            frames = interpreter.frames.awaited(objects.at(address, "task.coroutine"))
            tasks.append(Task(address, task_name(interpreter, address), frames))
    known = set(task.address for task in tasks)
    for task in tasks:
        task.awaits = awaited_tasks(interpreter, objects.at(task.address, "task.waiter"), known)
    return tasks, max(0, len(addresses) - MOST_TASKS)


def task_objects(interpreter):
    # type: (Interpreter) -> list[int]
    """Return the addresses of the tasks that asyncio knows, in their order."""
    objects = interpreter.objects
    module = interpreter.module("asyncio.tasks")
    values = objects.items(objects.memory.word(module + objects.head)) if module else []
    found = set()
    for name in TASKS:
        place = objects.lookup(values, name)
        is_plain = objects.kind(place) == "set"
        for member in objects.members(place if is_plain else objects.attribute(place, "data")):
            task = member if is_plain else objects.at(member, "weakref.object")
            if objects.kind(task) == "_asyncio.Task":
                found.add(task)
    return sorted(found)


def task_name(interpreter, address):
    # type: (Interpreter, int) -> str
    """Return the name of a task; since 3.12 one that nobody named has only a number."""
    objects = interpreter.objects
    name = objects.at(address, "task.name")
    if objects.kind(name) == "int":
        return "Task-%d" % objects.integer(name)
    return objects.text(name)


def awaited_tasks(interpreter, future, known):
    # type: (Interpreter, int, set[int]) -> list[int]
    """Return the tasks that a future stands for: itself, or those that asyncio.gather was given."""
    objects = interpreter.objects
    if future in known:
        return [future]
    if objects.kind(future) != "_GatheringFuture":
        return []
    children = objects.attribute(future, "_children")
    count = min(objects.memory.word(children + objects.head), MOST_CHILDREN) if is_pointer(children) else 0
    items = objects.memory.word(children + objects.head + 8) if count else 0
    return [
        word for word in (objects.memory.words(items, count) if is_pointer(items) else ()) if word in known
    ]
