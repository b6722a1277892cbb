"""Where signals come from, what arrived, and what it amounts to."""

from intake.models.deliveries import DeliveryBody, SignalDelivery
from intake.models.signals import ReceivedSignal, SignalSighting
from intake.models.sources import SignalSource, SourceToken

__all__ = ["DeliveryBody", "ReceivedSignal", "SignalDelivery", "SignalSighting", "SignalSource", "SourceToken"]
