"""Pods of Kubernetes, through its API: ``k8s://NAMESPACE/DEPLOYMENT``, or ``k8s://NAMESPACE/pod/NAME``.

``?container=NAME`` picks one container, ``?previous=1`` its run before the last restart, and ``?since=2h``
what was logged from then on. The cluster and the credentials are those of the kubeconfig, or of the pod that
this runs in.
"""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import InputError
from ..inputs import Readable
from ..lines import LineSource, nanoseconds
from ..objects import reason_of
from .docker import stamped_lines


def sources_of(url: str) -> Iterable[Readable]:
    """The logs of the containers of a deployment's pods, each of them a source. Raises ``InputError``."""
    try:
        import kubernetes
    except ImportError:
        raise InputError(f"{url} needs an extra: pip install 'stacktraces-py[kubernetes]'.") from None
    api: Any = kubernetes
    client, config = api.client, api.config
    parts = urllib.parse.urlsplit(url)
    given = dict(urllib.parse.parse_qsl(parts.query))
    namespace, names = parts.netloc, parts.path.strip("/").split("/")
    if not namespace or not names[0] or len(names) > 2 or (len(names) == 2 and names[0] != "pod"):
        raise InputError(
            f"{url} names no pods; write k8s://NAMESPACE/DEPLOYMENT or k8s://NAMESPACE/pod/NAME."
        )
    try:
        try:
            config.load_incluster_config()
        except config.ConfigException:
            config.load_kube_config()
        core = client.CoreV1Api()
        pods = _pods(client, core, namespace, names)
    except Exception as error:  # The client raises errors of its own and of what it uses.
        raise InputError(f"{url} cannot be read: {_why(error)}.") from error
    if not pods:
        raise InputError(f"{url} has no pods; `kubectl get pods -n {namespace}` lists those that are there.")
    options = _options(url, given)
    return [
        _source(core, namespace, pod.metadata.name, container.name, options)
        for pod in pods
        for container in pod.spec.containers
        if given.get("container") in (None, container.name)
    ]


def _pods(client: Any, core: Any, namespace: str, names: list[str]) -> list[Any]:
    if len(names) == 2:
        return [core.read_namespaced_pod(names[1], namespace)]
    deployment = client.AppsV1Api().read_namespaced_deployment(names[0], namespace)
    labels = deployment.spec.selector.match_labels or {}
    selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
    pods: list[Any] = core.list_namespaced_pod(namespace, label_selector=selector).items
    return pods


def _options(url: str, given: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {"timestamps": True, "_preload_content": False}
    if given.get("previous", "0") not in ("0", "false"):
        options["previous"] = True
    if "since" in given:
        now = time.time_ns()
        options["since_seconds"] = max((now - nanoseconds(given["since"], now, url)) // 10**9, 1)
    return options


def _source(core: Any, namespace: str, pod: str, container: str, options: dict[str, Any]) -> Readable:
    def lines() -> Iterator[bytes]:
        answer = core.read_namespaced_pod_log(pod, namespace, container=container, **options)
        return stamped_lines(answer.stream())

    return LineSource(f"k8s://{namespace}/pod/{pod}?container={container}", lines)


def _why(error: Exception) -> str:
    """What the API server said in few words, where it is what answered."""
    status = getattr(error, "status", None)
    reason = getattr(error, "reason", None)
    return f"HTTP {status} {reason}" if status and reason else reason_of(error)
