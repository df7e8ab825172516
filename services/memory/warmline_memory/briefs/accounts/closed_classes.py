"""Closed classes: the words of the languages that briefs are tested in which do not say what a statement is about.

They were written for this, after the tags of Universal Dependencies: DET, PRON, AUX, CCONJ and SCONJ for what builds a
sentence, ADP for prepositions. What stands in none of them is asked of the record.
"""

import re

from warmline_memory.language.words import word_set

COVERED = word_set("en de es fr it pt nl ar ru zh ja ko")
"""The languages whose closed classes are here. In others nobody knows what may be left out of a sentence."""
FUNCTION = word_set(
    """
    a an the this that these those it its he him his she her hers they them their theirs we us our ours you your yours
    i me my mine who which what there here one ones some any also so then too just still already please as while because
    be is am are was were been being do does did have has had having will would shall should can could may might must
    and or but if when than
    der die das den dem des ein eine einen einem einer eines dieser diese dieses er sie es ihn ihm ihr ihre ihren ihrem
    ihrer sein seine seinen wir uns unser unsere ich mich mir mein meine meinen du dich dir dein man sich es dass ob wer
    was welche welcher ist sind war waren sei wird werden wurde wurden worden hat haben hatte hatten habe kann können
    soll sollen muss müssen und oder aber da auch noch schon bitte dann wenn als wie doch ja
    el la los las lo un una unos unas este esta esto ese esa eso su sus mi mis tu tus nuestro nuestra se le les me te
    nos yo él ella ellos usted ustedes que quien cual es son era fue fueron ser está están estaba ha han he hemos había
    haber y o pero también ya si cuando como porque
    le la les un une des ce cet cette ces il elle ils elles on nous vous je me moi mon ma mes son sa ses leur leurs
    notre nos votre vos se qui que dont est sont était a ont avait été être avoir et ou mais aussi déjà quand comme
    il lo gli i uno una questo questa suo sua suoi loro mio mia nostro io lui lei noi voi che è sono era ha hanno stato
    stata e ed o ma anche già
    o os as um uma uns umas esse essa isso este seu sua seus suas meu minha nosso nossa eu ele ela nós eles elas você
    que quem é são foi foram está estão tem têm ser e ou mas também já
    de het een deze dit die hij zij ze hem haar hun wij we ons onze ik mij mijn je jouw u uw is zijn was waren wordt
    werd heeft hebben had en of maar ook al
    هذا هذه ذلك هو هي هم أنا نحن أنت كان كانت قد أن إن التي الذي و أو
    он она оно они его её их мы наш я мой вы ваш это этот эта и или но что который был была было были есть уже
    """
)
"""What builds a sentence. Denials are asked of by themselves."""
PREPOSITIONS = word_set(
    """
    on off in out at by from to into onto until till before after since between during through via with without for
    about above below over under up down against against across behind within per of towards
    von aus bis vor nach seit zwischen während mit ohne für gegen über unter durch bei auf im in zu zum zur ab um
    de del desde hasta antes después en con sin por para sobre bajo entre durante contra
    au aux du dès jusqu depuis avant après dans en avec sans par pour sur sous entre pendant contre chez
    del della dal dalla fino prima dopo con senza per tra fra sotto durante contro
    nas até desde antes depois com sem por pelo pela para sobre sob entre
    van uit tot voor sinds met zonder tegen over onder door bij aan op te
    من إلى حتى قبل بعد منذ في على عن مع بدون بين خلال
    из от до после перед с без в на под над между через к по
    """
)
"""Prepositions, and the particles that are worded alike: what stands behind another one stands in another relation."""
ARTICLES = word_set("a an the der die das den dem des el la los las le les il lo gli i o os as de het")
LIMITS = word_set(
    """
    up until till before after since above below over under within about without bis vor nach seit ohne über unter gegen
    hasta antes después desde sin sobre jusqu avant après depuis sans fino prima dopo senza até depois sem tot voor na
    sinds zonder до перед после без حتى قبل بعد منذ بدون
    """
)
"""Prepositions that no text may leave out: `up to ten days` is not ten days."""
CONDITIONS = word_set("if unless once wenn falls sofern sobald si sauf se als indien zodra если إذا")
"""By which something hangs on something else."""
DOUBTS = word_set(
    """
    think believe guess suppose maybe perhaps probably possibly may might could seems except otherwise vielleicht
    wahrscheinlich vermutlich könnte könnten dürfte glaube denke scheint außer quizá quizás creo probablemente parece
    podría excepto salvo peut-être probablement crois pense pourrait sauf forse credo probabilmente potrebbe tranne
    talvez acho provavelmente poderia exceto misschien waarschijnlijk zou behalve
    возможно наверное кроме ربما إلا
    """
)
"""By which somebody says less than the rest of a sentence does."""
UNSPACED_DOUBT = re.compile("如果|要是|除非|可能|也许|大概|除了|もし|場合|かも|たぶん|おそらく|以外|만약|아마")
"""The same, and conditions, in scripts without blanks."""
PARTS = word_set(
    """
    only some several few half most many part partly partially quarter almost nearly barely hardly less more fewer least
    einige einigen einiger manche manchen mehrere mehreren hälfte halbe halben meisten teil teils teilweise fast beinahe
    kaum weniger mehr mindestens höchstens nur
    algunos algunas alguna algún varios varias mitad medio media mayoría parte casi apenas menos más mínimo máximo solo
    sólo solamente
    quelques certains certaines plusieurs moitié demi demie plupart partie presque peine moins plus seulement
    alcuni alcune alcuna parecchi parecchie metà mezzo mezza maggior parte quasi meno più solo soltanto
    alguns algumas vários várias metade meio meia maioria parte quase menos mais
    sommige enkele meerdere helft halve meeste deel gedeeltelijk bijna minder meer minstens hoogstens slechts
    några somliga flera hälften halva flesta del delvis nästan mindre mer minst högst
    nogle flere halvdelen halve fleste næsten mindre mere mindst højst noen halvparten nesten
    niektóre niektórzy niektórych kilka kilku połowa połowę większość część prawie mniej więcej najmniej najwyżej
    některé někteří několik polovina polovinu většina část téměř méně více
    некоторые некоторых некоторым несколько половина половину большинство часть частично почти меньше менее больше более
    только
    деякі деяких кілька половина половину більшість частина майже менше більше
    bazı bazıları birkaç birçok yarısı yarısını yarım çoğu kısmen neredeyse az fazla daha
    بعض عدة نصف معظم أغلب جزء تقريبا أقل أكثر
    कुछ कई आधा आधी आधे ज़्यादातर ज्यादातर अधिकांश लगभग कम अधिक ज़्यादा ज्यादा
    """
)
"""By which something holds for less than the words behind them say, or for another number than the one behind them: DET
and PRON of an indefinite part, and fractions and comparisons beside numbers."""
UNSPACED_PARTS = re.compile(
    "大约|大概|左右|部分|一些|有些|有的|半|大多|多数|几乎|不到|超过|至少|最多|以上|以下|以内|以外|未満|約|くらい|ぐらい|一部|ほとんど|少なくとも|정도|일부|절반|대부분|몇몇|거의|이상|이하|미만|이내|최소|최대"
)
"""The same in scripts without blanks."""
SINGLE = word_set("one a an ein eine einen einem einer un una uno une um uma een один одна")
"""One of a thing, or any."""
FIRST_PERSON = word_set(
    """
    i i'm i'll i've i'd we we'll ich wir yo nosotros je nous io noi eu nós ik wij я мы ben biz أنا نحن 我 我们
    """
)
SECOND_PERSON = word_set(
    "you your sie ihnen ihr ihre ihren usted ustedes vous votre vos lei voi você vocês u uw вы вам"
)
POSSESSIVE = word_set(
    """
    my our mein meine meinen meiner unser unsere mi mis nuestro nuestra mon ma mes notre mio mia meu minha mijn
    """
)
AUXILIARIES = word_set("is are was has have i am")
"""English words of reporting, as ``polarity`` has them, that may also be the verb of a statement."""
OURS = word_set("agent we wir nous nosotros noi nós wij мы")
ROLES = OURS | word_set(
    """
    customer client user caller guest patient kunde kundin nutzer cliente clienta usuario client cliente klant клиент
    müşteri العميل العميلة عميل
    """
)
"""Whom accounts mostly speak of, without a name."""
CUSTOMER = re.compile("客户|顾客|お客様|お客さま|고객(?:님|이|은|의|을)?")
"""The customer, in scripts without blanks."""
WISHES = word_set(
    """
    need needs needed like would want wants wanted wish wishes asks ask will möchte wünscht bittet quiere desea pide
    veut souhaite vuole quer wil хочет istiyor يريد تريد أريد 要求 希望 想要
    """
)
"""How accounts tell that a customer wishes something, whose own words need not say so."""
UNSPACED_WISH = re.compile("(要求|希望|想要)")
ENDINGS = word_set(
    """
    done compl succe finis carri proce went throu made execu perfo faile fail fails refus tried attem could unabl error
    chang updat erled erfol fehlg hecho reali corre effec fait eseguit fatto feito concl 完成 成功 失败 失敗
    """
)
"""How texts say that something was carried out, or was not, and no more than that, by their first letters. Whether it
was is asked of the calls."""
LOOKED = word_set("checked looked searched geprüft comprobado vérifié controllato verificado")
"""How accounts tell that a tool was asked."""
MONEY = word_set("money geld geldes argent dinero dinheiro soldi деньги деньг")
"""What an amount in a currency is."""
RUN_WORDS = word_set("test tests suite build pytest run prueb pruebas tester")
"""What was run, where figures of a run are told."""
LABELS = word_set("name number nummer nombre nom nome numero número")
"""Words of answers that say no more than what was asked for."""

OF = word_set("of von de di dei delle do da dos das des van из от من")
"""The preposition between a number and what it is a part of."""
WITH_PRONOUNS = word_set("we wir nous wij vi")
"""`We` in the languages that tell who does something by a pronoun, and not by the ending of the verb."""
