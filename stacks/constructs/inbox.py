"""How does word reach a function? Through a queue that keeps what could not be done."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.function import Function
from stacks.constructs.permission import acknowledge, permit

ATTEMPTS = 3
KEPT = Duration.days(14)  # the longest that SQS offers


class Inbox(Construct):
    """A queue that feeds *function* and sets aside what fails three times, with an alarm.

    With *group* the queue keeps the order of what it is told, as one message group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        function: Function,
        batch: int = 10,
        group: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._group, self._alerts = group, function.commons.alerts
        failed = self._queue("Failed")
        # a rule can only give up into a standard queue
        self._undelivered = self._queue("Undelivered", ordered=False) if group else failed
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            fifo=True if group else None,
            content_based_deduplication=True if group else None,
            # AWS's advice: longer than the function's own retries of a throttled poll
            visibility_timeout=Duration.seconds(6 * function.timeout.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=ATTEMPTS),
        )
        function.function.add_event_source(
            sources.SqsEventSource(self.queue, batch_size=batch, report_batch_item_failures=True)
        )

    def hears(self, id_: str, pattern: events.EventPattern, bus: events.IEventBus | None) -> None:
        """Take in what matches *pattern* on *bus*, or on the account's own bus."""
        target = targets.SqsQueue(
            self.queue, message_group_id=self._group, dead_letter_queue=self._undelivered
        )
        events.Rule(self, id_, event_bus=bus, event_pattern=pattern, targets=[target])

    def let_send(self, sender: Function, why: str) -> None:
        """Let *sender* put messages of its own here."""
        permit(sender.role, why, actions=["sqs:SendMessage"], on=[self.queue.queue_arn])

    def _queue(self, id_: str, *, ordered: bool = True) -> sqs.Queue:
        """Make a queue of what went wrong: a message in it is an alarm."""
        queue = sqs.Queue(
            self,
            id_,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            fifo=True if self._group and ordered else None,
            retention_period=KEPT,
        )
        alarm = cloudwatch.Alarm(
            self,
            f"{id_}Alarm",
            metric=queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{self.node.path}: a message was set aside; see its function's log",
        )
        alarm.add_alarm_action(actions.SnsAction(self._alerts))
        acknowledge(
            queue, "AwsSolutions-SQS3", "it is where the others give up; an alarm watches it"
        )
        return queue
