"""The usual task, as a control: check, send, save, and try again when something went wrong. It must duplicate."""

from people.models import Delivery
from people.networks.publishers import publisher_for
from people.networks.types import Payload
from people.publishing import steps, tokens
from people.publishing.clock import now


def deliver(pk: int) -> None:
    """Send what was not sent yet; whoever runs it again after a failure or a crash sends again."""
    steps.reached("c0")
    delivery = Delivery.objects.select_related("account").get(pk=pk)
    steps.reached("c1")
    if delivery.remote_id:
        return
    steps.reached("c2")
    writer = tokens.writer_for(delivery.account)
    steps.reached("c3")
    steps.reached("c4")
    found = publisher_for(delivery.account.network).publish(writer, Payload(delivery.payload["text"], now()))
    steps.reached("c5")
    Delivery.objects.filter(pk=pk).update(remote_id=found.remote_id)
    steps.reached("c6")
    steps.reached("c7")
