"""How do events reach a function? Through a queue that keeps what could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from factory.events.envelope import SOURCE_PREFIX
from factory.events.event import Event
from factory.layout.names import runbook
from stacks.access.cross_account import other_account
from stacks.access.permission import permit
from stacks.constructs.cross_account_rule import BusForwarding
from stacks.constructs.dead_letters import DeadLetterQueue, terminal_queue
from stacks.constructs.function import Function
from stacks.constructs.store import Store
from stacks.constructs.traffic import EventFilter, Forwarded
from stacks.constructs.waiting import waiting_alarm

UNDELIVERED = f"an event could not be delivered; {runbook('undelivered')}"
ATTEMPTS = 5  # a receive counts also when Lambda throttles the invocation: three would be too few
CONCURRENCY = 10
KEPT = Duration.days(10)
"""Of what nobody takes: what has failed is kept for four more, and SQS counts from the sending."""
UNGATHERED, WINDOW = 10, Duration.minutes(1)


class EventQueue(Construct):
    """A queue that feeds *function*; what fails five times goes to a dead-letter queue.

    An alarm says when a message waits that nobody takes.

    At most *concurrency* invocations run at once, so that a full queue neither takes the account's
    share from other functions nor has messages received that nobody can handle yet. With *group*
    the queue keeps the order of its messages, as one message group. In a *batch* of more than ten,
    which SQS gives only to whoever waits, messages wait a minute for others.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        function: Function,
        batch: int = 10,
        group: str | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        super().__init__(scope, id_)
        self._group, self._foundation = group, function.foundation
        alerts = function.foundation.alerts
        failed = DeadLetterQueue(self, "Failed", alerts=alerts, ordered=group is not None)
        # a rule can only give up into a standard queue
        self._undelivered = self.failed = failed
        if group:
            self._undelivered = terminal_queue(self, "Undelivered", alerts=alerts, what=UNDELIVERED)
        # AWS's advice: longer than the function's own retries of a throttled poll
        retry = Duration.seconds(6 * function.timeout.to_seconds())
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            fifo=True if group else None,
            content_based_deduplication=True if group else None,
            visibility_timeout=retry,
            retention_period=KEPT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=ATTEMPTS),
        )
        waiting_alarm(self, self.queue, retry=retry, alerts=alerts)
        function.function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch,
                report_batch_item_failures=True,
                max_concurrency=concurrency,
                max_batching_window=WINDOW if batch > UNGATHERED else None,
            )
        )

    @property
    def url(self) -> str:
        """Return the URL to send messages to."""
        return self.queue.queue_url

    def subscribe(self, id_: str, *classes: type[Event]) -> None:
        """Take in events of *classes*, in whichever account they are emitted.

        ValueError names a class that no function emits.
        """
        for each in classes:
            if not each.EMITTERS:
                raise ValueError(f"no function emits {each.TYPE}; nothing would ever come")
        self._foundation.traffic.subscribed.extend(classes)
        self._take(id_, EventFilter.of(classes).pattern(), self._foundation.bus)

    def subscribe_to_everything(self, id_: str) -> None:
        """Take in every event of the factory, also of types that are still to come."""
        self._foundation.traffic.everything = True
        pattern = events.EventPattern(source=events.Match.prefix(SOURCE_PREFIX))
        self._take(id_, pattern, self._foundation.bus)

    def subscribe_aws(
        self, id_: str, pattern: events.EventPattern, about: Store | None = None
    ) -> None:
        """Take in what matches *pattern* of AWS's own events in the account of the store *about*.

        Without one it is the function's own account. *pattern* lists sources and detail types.
        """
        if about is None or not other_account(self, about):
            self._take(id_, pattern, None)
            return
        forwarding = BusForwarding(
            Stack.of(about),
            f"{self.node.id}{id_}",
            foundation=about.foundation,
            pattern=pattern,
            bus=None,
            to=self._foundation.bus,
        )
        emitted = EventFilter(
            sources=tuple(pattern.source or ()), types=tuple(pattern.detail_type or ())
        )
        found = Forwarded(about.foundation.traffic, emitted, forwarding.role)
        self._foundation.traffic.aws.append(found)
        self._take(id_, pattern, self._foundation.bus)

    def _take(self, id_: str, pattern: events.EventPattern, bus: events.IEventBus | None) -> None:
        target = targets.SqsQueue(
            self.queue, message_group_id=self._group, dead_letter_queue=self._undelivered
        )
        events.Rule(self, id_, event_bus=bus, event_pattern=pattern, targets=[target])

    def schedule(self, id_: str, every: Duration, message: Mapping[str, Any]) -> None:
        """Take in *message* again and again."""
        begin = events.RuleTargetInput.from_object(dict(message))
        target = targets.SqsQueue(self.queue, message=begin, dead_letter_queue=self.failed)
        events.Rule(self, id_, schedule=events.Schedule.rate(every), targets=[target])

    def allow_send(self, sender: Function, why: str) -> None:
        """Let *sender* put messages of its own here."""
        permit(sender.role, why, actions=["sqs:SendMessage"], on=[self.queue.queue_arn])
