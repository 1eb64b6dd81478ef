package ualarm.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All sites, by name. */
public final class Sites {

    private final Map<String, Site> byName = new LinkedHashMap<>();

    /** @param sites the sites, each name once */
    public Sites(List<Site> sites) {
        sites.forEach(site -> byName.put(site.name(), site));
    }

    /** @return all of them */
    public List<Site> all() {
        return List.copyOf(byName.values());
    }

    /**
     * @param name a site's name
     * @return the site
     * @throws IllegalArgumentException when there is none of that name
     */
    public Site site(String name) {
        Site site = byName.get(name);
        if (site == null) {
            throw new IllegalArgumentException("There is no site " + name + ". The sites are " + byName.keySet() + ".");
        }
        return site;
    }
}
