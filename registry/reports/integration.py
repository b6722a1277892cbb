"""How a program asks what it may do, ready to be copied, with the keys of one workflow and the safe default in it.

Every snippet uses an unmodified OpenFeature client with its OFREP provider. Its default is `human`: when nobody
answers, clients fall back to it without a word, and carrying on would be the one wrong thing.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from registry.flags import tools_of
from registry.models import Surface, Workflow

CURL = """\
curl --fail-with-body -sS -X POST "{url}/ofrep/v1/evaluate/flags/{key}" \\
  -H "Authorization: Bearer $HOLDFAST_CONTROL_KEY" -H "Content-Type: application/json" \\
  -d '{{"context": {{"targetingKey": "'"$HOSTNAME"'"}}}}'
"""
PYTHON = """\
# pip install openfeature-sdk openfeature-provider-ofrep
import os, socket
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

api.set_provider(OFREPProvider("{url}", headers_factory=lambda: {{
    "Authorization": "Bearer " + os.environ["HOLDFAST_CONTROL_KEY"]}}, timeout=2.0))
holdfast, me = api.get_client(), EvaluationContext(targeting_key=socket.gethostname())

def may_i():
    return holdfast.get_string_value("{key}", "human", me)

# Before each case: normal, degraded, review, human or killed.
mode = may_i()
"""
NODE = """\
// npm install @openfeature/server-sdk @openfeature/ofrep-provider
import {{ OpenFeature }} from '@openfeature/server-sdk';
import {{ OFREPProvider }} from '@openfeature/ofrep-provider';
import os from 'node:os';

await OpenFeature.setProviderAndWait(new OFREPProvider({{
  baseUrl: '{url}',
  headers: {{ Authorization: `Bearer ${{process.env.HOLDFAST_CONTROL_KEY}}` }},
}}));
const holdfast = OpenFeature.getClient();

// Before each case: normal, degraded, review, human or killed.
const mode = await holdfast.getStringValue('{key}', 'human', {{ targetingKey: os.hostname() }});
"""
JAVA = """\
// dev.openfeature:sdk and dev.openfeature.contrib.providers:ofrep
var options = OfrepProviderOptions.builder()
    .baseUrl("{url}")
    .headers(ImmutableMap.of("Authorization",
        ImmutableList.of("Bearer " + System.getenv("HOLDFAST_CONTROL_KEY"))))
    .build();
OpenFeatureAPI.getInstance().setProviderAndWait(OfrepProvider.constructProvider(options));
Client holdfast = OpenFeatureAPI.getInstance().getClient();

// Before each case: normal, degraded, review, human or killed.
String mode = holdfast.getStringValue("{key}", "human", new ImmutableContext(instanceName));
"""
GO = """\
// go get github.com/open-feature/go-sdk github.com/open-feature/go-sdk-contrib/providers/ofrep
provider := ofrep.NewProvider("{url}", ofrep.WithBearerToken(os.Getenv("HOLDFAST_CONTROL_KEY")))
if err := openfeature.SetProviderAndWait(provider); err != nil {{
    log.Print(err) // the default below holds
}}
holdfast := openfeature.NewClient("{slug}")
host, _ := os.Hostname()

// Before each case: normal, degraded, review, human or killed.
mode, _ := holdfast.StringValue(ctx, "{key}", "human", openfeature.NewEvaluationContext(host, nil))
"""
DOTNET = """\
// dotnet add package OpenFeature; dotnet add package OpenFeature.Providers.Ofrep
var options = new OfrepOptions("{url}");
options.Headers["Authorization"] = "Bearer " + Environment.GetEnvironmentVariable("HOLDFAST_CONTROL_KEY");
await Api.Instance.SetProviderAsync(new OfrepProvider(options));
var holdfast = Api.Instance.GetClient();
var me = EvaluationContext.Builder().SetTargetingKey(Environment.MachineName).Build();

// Before each case: normal, degraded, review, human or killed.
var mode = await holdfast.GetStringValueAsync("{key}", "human", me);
"""
APPLIED = """\
curl --fail-with-body -sS -X POST "{url}/control/v1/applied" \\
  -H "Authorization: Bearer $HOLDFAST_CONTROL_KEY" -H "Content-Type: application/json" \\
  -d '{{"targetingKey": "'"$HOSTNAME"'", "revision": 941}}'
"""


@dataclass(frozen=True)
class Snippet:
    title: str
    hint: str
    text: str


def snippets(workflow: Workflow) -> list[Snippet]:
    words = {
        "url": settings.SITE_URL.rstrip("/"),
        "slug": workflow.slug,
        "key": f"wf.{workflow.slug}.mode",
    }
    listed = [
        (_("Plain HTTP"), _("One question. Try the key with it."), CURL),
        ("Python", "openfeature-provider-ofrep", PYTHON),
        ("Node", "@openfeature/ofrep-provider", NODE),
        ("Java", "dev.openfeature.contrib.providers:ofrep", JAVA),
        ("Go", "go-sdk-contrib/providers/ofrep", GO),
        (".NET", "OpenFeature.Providers.Ofrep", DOTNET),
        (
            _("Say that it obeys"),
            _("Optional. Then what was applied counts, not what was told."),
            APPLIED,
        ),
    ]
    return [Snippet(title, hint, text.format(**words)) for title, hint, text in listed]


def flags_of(workflow: Workflow) -> list[tuple[str, str]]:
    """Each flag with what it says."""
    tools = Surface.objects.filter(workflow=workflow, kind=Surface.Kind.TOOL, is_active=True)
    named = tools_of(tools.values_list("name", flat=True))
    return [
        (f"wf.{workflow.slug}.mode", _("How it may run, as one word.")),
        (
            f"wf.{workflow.slug}.config",
            _("Versions to hold, tools and sources to leave, scope and limits."),
        ),
        *((f"wf.{workflow.slug}.tool.{name}", _("Whether this tool may be used.")) for name in named),
    ]
