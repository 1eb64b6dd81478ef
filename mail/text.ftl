<#-- The mail as plain text; complete in itself, for pagers and lock screens. -->
<#if digest>
${subject}

<#list groups as g>
${g.count} × ${g.name} – ${g.camera}, ${g.first} – ${g.last}
</#list>
<#if late?has_content>

${words["why.fallback"]}
${words.reason}: ${late}
<#else>

${words.why}: ${why}
</#if>

<#list alarms as a>
${a.time}  ${a.name} – ${a.camera}<#if a.seen?has_content>  ${a.seen}</#if>  ${a.id}
</#list>
<#if more?has_content>${more}
</#if>
<#else>
<#assign a = alarms[0]>
${words.alarm}: ${a.name}
${words.camera}: ${a.camera}
${words.site}: ${site}
${words.time}: ${a.time} (${a.utc})
<#if a.seen?has_content>
${words.seen}: ${a.seen}
</#if>
${words.why}: ${why}
<#if late?has_content>
${words.reason}: ${late}
</#if>
${words.id}: ${a.id}
</#if>
