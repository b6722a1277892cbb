from django.urls import path

from reviews.views import verifying

urlpatterns = [path("verify/", verifying.verify, name="verify")]
