<?xml version="1.0" encoding="UTF-8"?>
<!-- What doxygen does not look for in the comments of the public headers. Reads the index of its XML and writes a line
     for each name that it looked at: "ok", or the place and what is missing.

     - A function that returns std::expected says which errors it has: "Errors: ...", "errors are ...", or those of
       nowire::errc before a colon, as in "argument: no socket path".
     - A class, and a struct with virtual functions, says which threads may use it, or that it is a value type.
     - An enumerator has a comment. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>

  <xsl:variable name="codes" select="document('namespacenowire.xml', /)//memberdef[name='errc']/enumvalue/name"/>

  <xsl:template match="/doxygenindex">
    <xsl:for-each select="compound[@kind='class' or @kind='struct' or @kind='namespace']">
      <xsl:apply-templates select="document(concat(@refid, '.xml'), .)/doxygen/compounddef[not(@prot='private')]"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="compounddef">
    <xsl:variable name="members" select="sectiondef/memberdef[not(@prot='private')]"/>
    <xsl:if test="@kind='class' or $members[@virt='pure-virtual' or @virt='virtual']">
      <xsl:variable name="text"><xsl:apply-templates select="." mode="comment"/></xsl:variable>
      <xsl:apply-templates select="." mode="finding">
        <xsl:with-param name="is-fine" select="contains($text, 'thread') or contains($text, 'Thread')
                                               or contains($text, 'alue type')"/>
        <xsl:with-param name="missing" select="'says nothing of threads'"/>
      </xsl:apply-templates>
    </xsl:if>

    <xsl:for-each select="$members[contains(type, 'std::expected')]">
      <xsl:variable name="text"><xsl:apply-templates select="." mode="comment"/></xsl:variable>
      <xsl:apply-templates select="." mode="finding">
        <xsl:with-param name="is-fine" select="contains($text, 'Errors') or contains($text, 'rrors are')
                                               or (contains(type, 'err') and $codes[contains($text, concat(., ':'))])"/>
        <xsl:with-param name="missing" select="'does not say which errors it has'"/>
      </xsl:apply-templates>
    </xsl:for-each>

    <xsl:for-each select="$members/enumvalue">
      <xsl:variable name="text"><xsl:apply-templates select="." mode="comment"/></xsl:variable>
      <xsl:apply-templates select=".." mode="finding">
        <xsl:with-param name="is-fine" select="normalize-space($text)"/>
        <xsl:with-param name="missing" select="concat(name, ' is not documented')"/>
      </xsl:apply-templates>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="*" mode="comment">
    <xsl:value-of select="briefdescription"/>
    <xsl:text> </xsl:text>
    <xsl:value-of select="detaileddescription"/>
  </xsl:template>

  <xsl:template match="*" mode="finding">
    <xsl:param name="is-fine"/>
    <xsl:param name="missing"/>
    <xsl:choose>
      <xsl:when test="$is-fine">ok</xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="concat(location/@file, ':', location/@line, ': ')"/>
        <xsl:value-of select="concat(compoundname, qualifiedname, ': ', $missing)"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>
</xsl:stylesheet>
