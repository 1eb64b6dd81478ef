<#-- The subject, one line. -->
<#if digest>[${site}] ${subject}<#else>[${site}] ${alarms[0].name} – ${alarms[0].camera}</#if><#if late?has_content> (${words["fallback.subject"]})</#if>
