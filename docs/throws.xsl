<?xml version="1.0" encoding="UTF-8"?>
<!-- The functions of headers and sources, from the index of doxygen's XML, one a line, for scripts/reference to find out
     which ones throw. Separated by tabs:

         id, file and first and last line of the body (empty: none), place in a public header (empty: not for others),
         name, "says" where its comment or that of its class speaks of
         throwing, ids of what the body refers to -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>

  <xsl:template match="/doxygenindex">
    <xsl:for-each select="compound[@kind='class' or @kind='struct' or @kind='namespace']">
      <xsl:apply-templates select="document(concat(@refid, '.xml'), .)//memberdef[@kind='function']"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="memberdef">
    <xsl:variable name="class" select="ancestor::compounddef[not(@kind='namespace')]"/>
    <xsl:variable name="comment"
                  select="concat(briefdescription, detaileddescription, ' ', $class/detaileddescription)"/>
    <xsl:value-of select="concat(@id, '&#9;', location/@bodyfile, '&#9;')"/>
    <xsl:value-of select="concat(location/@bodystart, '&#9;', location/@bodyend, '&#9;')"/>
    <xsl:if test="starts-with(location/@file, 'include/') and not(@prot='private') and not(../../@prot='private')">
      <xsl:value-of select="concat(location/@file, ':', location/@line)"/>
    </xsl:if>
    <xsl:value-of select="concat('&#9;', qualifiedname, '&#9;')"/>
    <xsl:if test="detaileddescription//parameterlist[@kind='exception'] or contains($comment, 'hrows ')">says</xsl:if>
    <xsl:text>&#9;</xsl:text>
    <xsl:for-each select="references"><xsl:value-of select="concat(@refid, ' ')"/></xsl:for-each>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>
</xsl:stylesheet>
