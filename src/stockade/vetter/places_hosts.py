"""Which host is what kind of place: data for :mod:`stockade.vetter.places_addresses`.

A host stands for itself and all names below it.
"""

from __future__ import annotations

import re
from typing import Final

from stockade.vetter.places_kinds import AddressKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOSTS: Final[dict[AddressKind, str]] = {
    AddressKind.WEBHOOK: """
        hooks.slack.com hooks.zapier.com hook.integromat.com hook.eu1.make.com hook.eu2.make.com
        hook.us1.make.com maker.ifttt.com webhook.office.com outlook.office.com chat.googleapis.com
        oapi.dingtalk.com qyapi.weixin.qq.com open.feishu.cn
        ntfy.sh api.pushover.net pushbullet.com formspree.io formsubmit.co api.web3forms.com
    """,
    AddressKind.BOT: "api.telegram.org api.vk.com botapi.rubika.ir tapi.bale.ai api.zalo.me",
    AddressKind.PASTE: """
        pastebin.com paste.ee hastebin.com hatebin.com rentry.co rentry.org dpaste.com dpaste.org
        ghostbin.com ghostbin.co controlc.com privatebin.net paste.rs 0bin.net ix.io sprunge.us termbin.com
        pastebin.pl paste.c-net.org justpaste.it pastes.io pastie.org p.ip.fi klgrth.io write.as telegra.ph
        textbin.net jsonkeeper.com npoint.io api.npoint.io pastecode.io nekobin.com paste.gg bpa.st
        paste.bingner.com pastery.net snippet.host jsonbin.io extendsclass.com mocki.io
    """,
    AddressKind.FILE_HOST: """
        transfer.sh file.io gofile.io anonfiles.com anonfile.com bayfiles.com catbox.moe litterbox.catbox.moe
        0x0.st tmpfiles.org uguu.se temp.sh oshi.at ufile.io mediafire.com mega.nz mega.co.nz pixeldrain.com
        sendspace.com wetransfer.com we.tl filebin.net bashupload.com krakenfiles.com workupload.com
        dropmefiles.com upload.ee easyupload.io fileditch.com pomf.cat cdn.lol x0.at keep.sh
        filetransfer.io send.cm 1fichier.com anonymfile.com up-load.io api.anonfiles.com store1.gofile.io
        dropbox.com dl.dropboxusercontent.com dropboxusercontent.com tempfile.org bunkr.is cyberfile.me
        filedropper.com imgbb.com postimg.cc
    """,
    AddressKind.RAW_CODE: """
        raw.githubusercontent.com gist.githubusercontent.com gist.github.com raw.github.com
        objects.githubusercontent.com codeload.github.com raw.gitmirror.com cdn.jsdelivr.net raw.githack.com
        rawcdn.githack.com rawgit.com cdn.rawgit.com gitee.com ghproxy.com
    """,
    AddressKind.CDN_ATTACHMENT: "cdn.discordapp.com media.discordapp.net cdn.discord.com cdn-telegram.org",
    AddressKind.DYNAMIC_DNS: """
        duckdns.org no-ip.com no-ip.org no-ip.biz no-ip.info noip.com noip.me ddns.net ddns.me hopto.org zapto.org
        sytes.net myftp.org myftp.biz myvnc.com redirectme.net servebeer.com serveblog.net servecounterstrike.com
        serveftp.com servegame.com servehalflife.com servehttp.com serveirc.com serveminecraft.net
        servemp3.com servepics.com servequake.com gotdns.ch bounceme.net dynu.com dynu.net ddnsfree.com
        ddnsgeek.com giize.com gleeze.com kozow.com loseyourip.com ooguy.com theworkpc.com casacam.net
        freeddns.org mywire.org webredirect.org accesscam.org camdvr.org dyndns.org dyndns.com dyndns.info
        dyn.com homeip.net homeunix.net homelinux.org afraid.org mooo.com chickenkiller.com
        crabdance.com ignorelist.com jumpingcrab.com strangled.net twilightparadox.com us.to
        dnsdynamic.org dynv6.net nsupdate.info changeip.com 3utilities.com ddnsking.com onthewifi.com
        myddns.me myq-see.com cloudns.cl cloudns.nz ddns.us dns-dynamic.net nip.io sslip.io xip.io
    """,
    AddressKind.PAAS: """
        herokuapp.com repl.co replit.app replit.dev glitch.me vercel.app now.sh netlify.app onrender.com
        railway.app fly.dev deta.dev deta.app pythonanywhere.com 000webhostapp.com workers.dev pages.dev
        web.app firebaseapp.com firebaseio.com appspot.com run.app azurewebsites.net azurestaticapps.net
        cyclic.app koyeb.app northflank.app surge.sh infinityfreeapp.com epizy.com rf.gd 42web.io
        altervista.org byethost.com freehosting.com wixsite.com weebly.com blogspot.com github.io
        gitlab.io supabase.co lhr.rocks cleverapps.io amplifyapp.com elasticbeanstalk.com
        lambda-url.us-east-1.on.aws on.aws trafficmanager.net cloudfunctions.net
    """,
    AddressKind.OAST: """
        interact.sh interactsh.com oast.pro oast.live oast.site oast.online oast.fun oast.me oast.us oastify.com
        burpcollaborator.net canarytokens.com canarytokens.org canary.tools requestbin.com requestbin.net
        requestbin.io requestcatcher.com requestrepo.com webhook.site webhook.cool webhook-test.com
        webhookrelay.com pipedream.net pipedream.com m.pipedream.net beeceptor.com mockbin.org mockbin.com
        hookbin.com postb.in ptsv2.com ptsv3.com dnslog.cn ceye.io dnslog.link dnslog.pw eyes.sh
        bxss.me bxss.in xss.ht ezxss.com xss.report dnsbin.zhack.ca pingb.in request.bin
        requestinspector.com typedwebhook.tools hookdeck.com svix.com play.svix.com rbnd.gl0.eu
        tukktukk.com bxsshunter.com dns.outbound.watchtowr.com requests.bin smee.io
        callback.red callbacks.red toolsrce.de dig.pm
    """,
    AddressKind.TUNNEL: """
        ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev ngrok.com serveo.net trycloudflare.com
        localhost.run lhr.life lhr.pro localtunnel.me loca.lt localxpose.io loclx.io pagekite.me
        playit.gg ply.gg at.playit.gg pinggy.io pinggy.link pinggy.online bore.pub telebit.io tunnelto.dev
        zrok.io packetriot.net tunnelmole.net devtunnels.ms tunnel4.com portmap.io portmap.host
        btunnel.in natappfree.cc
    """,
    AddressKind.SHORTENER: """
        bit.ly tinyurl.com goo.gl t.co is.gd v.gd ow.ly cutt.ly rb.gy shorturl.at rebrand.ly t.ly tiny.cc
        git.io grabify.link iplogger.org iplogger.com 2no.co yip.su bl.ink buff.ly s.id shorte.st adf.ly
    """,
    AddressKind.METADATA_SERVICE: """
        metadata.google.internal metadata.goog metadata.azure.internal instance-data
        instance-data.ec2.internal metadata.tencentyun.com metadata.packet.net metadata.platformequinix.com
    """,
    AddressKind.IP_ECHO: """
        ipify.org api.ipify.org api64.ipify.org ipinfo.io ifconfig.me ifconfig.co ifconfig.io icanhazip.com
        checkip.amazonaws.com ip-api.com ipapi.co ipapi.com ident.me myexternalip.com wtfismyip.com
        ipecho.net api.myip.com myip.com ip.me ipwho.is ipwhois.app ipgeolocation.io freegeoip.app
        freegeoip.net geoip-db.com geolocation-db.com extreme-ip-lookup.com whatismyipaddress.com
        whatismyip.akamai.com l2.io curlmyip.net checkip.dyndns.org api.ip.sb ip.sb seeip.org ip4.seeip.org
        jsonip.com utilities.tk db-ip.com ipdata.co iplocation.net
    """,
    AddressKind.WELL_KNOWN: """
        api.github.com github.com gitlab.com bitbucket.org huggingface.co hf.co amazonaws.com googleapis.com
        google.com microsoft.com microsoftonline.com windows.net azure.com azure.net openai.com anthropic.com
        cohere.ai cohere.com mistral.ai stripe.com slack.com twilio.com sendgrid.com sentry.io datadoghq.com
        newrelic.com posthog.com segment.io mixpanel.com amplitude.com python.org readthedocs.io
        readthedocs.org w3.org apache.org mozilla.org wikipedia.org wikimedia.org cloudflare.com
        kaggle.com wandb.ai pytorch.org tensorflow.org nvidia.com docker.io docker.com quay.io ghcr.io
        json-schema.org schema.org xmlsoap.org openxmlformats.org oasis-open.org ietf.org rfc-editor.org
        snowflakecomputing.com databricks.com elastic.co mongodb.com salesforce.com atlassian.net
        atlassian.com zenodo.org arxiv.org doi.org
    """,
}

BY_HOST: Final[dict[str, frozenset[AddressKind]]] = {}
"""Host to kinds; looked up for the host and each of its parents."""

for _kind, _names in _HOSTS.items():
    for _name in _names.split():
        BY_HOST[_name] = BY_HOST.get(_name, frozenset()) | {_kind}

BY_PATH: Final[tuple[tuple[str, str, AddressKind], ...]] = (
    ("discord.com", "/api/webhooks", AddressKind.WEBHOOK),
    ("toptal.com", "/developers/hastebin", AddressKind.PASTE),
    ("httpbin.org", "/ip", AddressKind.IP_ECHO),
    ("discord.com", "/webhooks/", AddressKind.WEBHOOK),
    ("discordapp.com", "/webhooks/", AddressKind.WEBHOOK),
    ("discord.com", "/attachments/", AddressKind.CDN_ATTACHMENT),
    ("webhook.office.com", "/webhookb2", AddressKind.WEBHOOK),
    ("github.com", "/raw/", AddressKind.RAW_CODE),
    ("github.com", "/releases/download/", AddressKind.RAW_CODE),
    ("gitlab.com", "/raw/", AddressKind.RAW_CODE),
    ("bitbucket.org", "/raw/", AddressKind.RAW_CODE),
    ("bitbucket.org", "/downloads/", AddressKind.RAW_CODE),
    ("codeberg.org", "/raw/", AddressKind.RAW_CODE),
    ("sourceforge.net", "/download", AddressKind.FILE_HOST),
    ("drive.google.com", "/uc", AddressKind.FILE_HOST),
    ("docs.google.com", "/formresponse", AddressKind.WEBHOOK),
    ("script.google.com", "/macros/", AddressKind.WEBHOOK),
    ("1drv.ms", "/", AddressKind.FILE_HOST),
    ("onedrive.live.com", "/download", AddressKind.FILE_HOST),
    ("t.me", "/", AddressKind.BOT),
    ("graph.facebook.com", "/messages", AddressKind.BOT),
)
"""Host (itself and below), part of the lower-cased path, kind: hosts of which only some paths are special."""
BY_FORM: Final[tuple[tuple[re.Pattern[str], AddressKind], ...]] = (
    (re.compile(r"/api/(?:v\d+/)?webhooks/\d{5,}/[\w\-]{8,}"), AddressKind.WEBHOOK),
    (re.compile(r"/bot(?:\d{4,}:[\w\-…]{4,}|…|none)/(?:send|get|edit|delete|set)\w+"), AddressKind.BOT),
)
"""Forms of a lower-cased path that tell the service whatever host stands before it: these have many relays."""

METADATA_ADDRESSES: Final = frozenset(
    {
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "169.254.169.123",
        "169.254.0.23",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
    }
)
RESOLVERS: Final = frozenset(
    {
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "208.67.222.222",
        "208.67.220.220",
        "114.114.114.114",
        "223.5.5.5",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
    }
)
SUSPICIOUS_TLDS: Final = _words(
    "tk ml ga cf gq top xyz click link zip mov cyou icu rest quest monster sbs cfd bond buzz lol "
    "pw su ru cc ws work fit surf beauty hair skin makeup support"
)
RESERVED_TLDS: Final = frozenset({"invalid", "example", "test"})
RESERVED_HOSTS: Final = frozenset({"example.com", "example.org", "example.net"})
FILE_SUFFIXES: Final = _words(
    "py pyi pyx pyc pyd so sh rs md pl ps cc ms zip mov js ts css html htm json toml yaml yml ini cfg conf txt rst "
    "csv tsv xml log lock exe dll bat cmd ps1 vbs jar bin dat db sqlite png jpg jpeg gif svg ico pdf gz bz2 xz tar "
    "whl egg pth pem key crt cer pub tmp bak h c cpp hpp java go rb php lua swift kt ipynb pkl pt onnx "
    "safetensors npy npz h5 proto env example test"
)
"""Last parts of names that are rather a file's suffix than a domain, where nothing else says which."""
